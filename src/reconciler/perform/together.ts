/** Begins all at once, so that their writes may share requests; waits for all, also when one fails, and throws the first failure. */
export async function together(works: readonly (() => Promise<unknown>)[]): Promise<void> {
  const outcomes = await Promise.allSettled(works.map((work) => work()));
  for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
}
