/** Runs work one after the other per key; keys do not wait for each other. */
export type InTurn = <Result>(key: number, work: () => Promise<Result>) => Promise<Result>;

export function turns(): InTurn {
  const tails = new Map<number, Promise<unknown>>();
  return (key, work) => {
    const result = (tails.get(key) ?? Promise.resolve()).then(work);
    const tail = result.catch(() => undefined);
    tails.set(key, tail);
    void tail.then(() => {
      if (tails.get(key) === tail) tails.delete(key);
    });
    return result;
  };
}
