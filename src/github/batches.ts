/** Mutations in one request: eleven have been seen to work, forty-six to be applied by half. */
export const maxMutations = 10;

/** Hands the items on in their order, ten at a time, one batch after the other. */
export async function inBatches<Item>(
  items: readonly Item[],
  send: (batch: readonly Item[]) => Promise<void>,
): Promise<void> {
  for (let start = 0; start < items.length; start += maxMutations) {
    await send(items.slice(start, start + maxMutations));
  }
}
