/** Runs one piece of work at a time, in the order asked. */
export type Lock = <T>(work: () => Promise<T>) => Promise<T>;

export function createLock(): Lock {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work, work);
    // A failure belongs to who asked for the work, not to the next in line.
    last = mine.catch(() => undefined);
    return mine;
  };
}
