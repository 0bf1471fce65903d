/** Work on one issue waits for the work on it before. */
export function turns<Answer>(): (issue: number, work: () => Promise<Answer>) => Promise<Answer> {
  const last = new Map<number, Promise<unknown>>();
  return (issue, work) => {
    const mine = (last.get(issue) ?? Promise.resolve()).then(work);
    const settled = mine.catch(() => undefined);
    last.set(issue, settled);
    void settled.then(() => {
      if (last.get(issue) === settled) last.delete(issue);
    });
    return mine;
  };
}
