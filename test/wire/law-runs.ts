/** How many runs a law gets: as many as it usually does, or as COPPICE_RUNS says. */
export function lawRuns(usual: number): number {
  return Number(process.env.COPPICE_RUNS ?? usual);
}
