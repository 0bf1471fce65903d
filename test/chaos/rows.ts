/** One thing done for a promise, so many times. */
export interface Part {
  readonly name: string;
  /** What is counted. */
  readonly unit: string;
  /** With every `npm test`. */
  readonly quick: number;
  /** With `npm run test:chaos`. */
  readonly full: number;
}

/** A promise of Coppice, and what is done to break it. */
export interface Row {
  readonly row: number;
  readonly promise: string;
  readonly parts: readonly Part[];
}

/** Every promise that is put to the test with chance; the files in `rows/` say how. */
export const rows: readonly Row[] = [
  {
    row: 1,
    promise: "A task never has two owners",
    parts: [
      { name: "over file", unit: "rounds of claims at once", quick: 5, full: 200 },
      { name: "over http", unit: "rounds of claims at once", quick: 2, full: 200 },
    ],
  },
  {
    row: 2,
    promise: "Lost replies are resolved",
    parts: [
      { name: "of pushes", unit: "rounds of claims at once, half of the replies lost", quick: 4, full: 200 },
      { name: "of everything that is created", unit: "tasks, half of the replies lost", quick: 0, full: 30 },
    ],
  },
  {
    row: 3,
    promise: "A dying worker loses nothing",
    parts: [
      { name: "in memory", unit: "workers that forget their run or fall silent", quick: 20, full: 1_000 },
      { name: "at random moments", unit: "kill -9 of a worker's process", quick: 0, full: 200 },
      { name: "at every step", unit: "times at each of five steps", quick: 0, full: 4 },
    ],
  },
  {
    row: 4,
    promise: "A dying hub loses nothing",
    parts: [
      { name: "once, before or after any call", unit: "deaths, or as many as there are", quick: 6, full: 1_000 },
      { name: "again and again", unit: "plays of up to eight deaths", quick: 2, full: 100 },
      { name: "beside another hub", unit: "plays of two hubs", quick: 3, full: 200 },
    ],
  },
  {
    row: 5,
    promise: "Webhooks may be lost, doubled, late, shuffled",
    parts: [
      { name: "dropped, doubled, shuffled", unit: "events", quick: 60, full: 1_000 },
      { name: "all dropped", unit: "events", quick: 40, full: 1_000 },
    ],
  },
  {
    row: 6,
    promise: "An acknowledged command is not lost",
    parts: [
      { name: "killed right after the answer", unit: "commands", quick: 30, full: 500 },
      { name: "a process killed right after its 2xx", unit: "commands", quick: 0, full: 60 },
    ],
  },
  {
    row: 7,
    promise: "Limits are respected",
    parts: [
      { name: "in memory", unit: "calls, half of them refused", quick: 200, full: 5_000 },
      { name: "retry-after", unit: "tasks, half of all calls refused", quick: 0, full: 4 },
      { name: "primary", unit: "tasks, half of all calls refused", quick: 0, full: 4 },
      { name: "secondary", unit: "tasks, half of all calls refused", quick: 0, full: 2 },
      { name: "creations", unit: "tasks under GitHub's limits", quick: 0, full: 150 },
    ],
  },
  {
    row: 8,
    promise: "GitHub's failures are ridden out",
    parts: [
      { name: "in memory", unit: "plays, a tenth of the adapter's calls fail", quick: 2, full: 100 },
      { name: "errors, resets, time-outs and stale reads", unit: "tasks, 40% of all requests", quick: 0, full: 30 },
    ],
  },
  {
    row: 9,
    promise: "A fenced-out worker cannot publish",
    parts: [
      { name: "partitions", unit: "workers cut off until another took over", quick: 3, full: 100 },
      { name: "races", unit: "publishes against take-overs", quick: 4, full: 100 },
    ],
  },
  {
    row: 10,
    promise: "Clocks do not matter",
    parts: [
      { name: "of who looks on", unit: "hours with six wrong clocks", quick: 1, full: 200 },
      { name: "of a hub", unit: "plays with six wrong clocks", quick: 1, full: 20 },
    ],
  },
  {
    row: 14,
    promise: "Hostile requests are cheap",
    parts: [{ name: "attacks on the app's port", unit: "attacks", quick: 8, full: 400 }],
  },
  {
    row: 15,
    promise: "Parsers never kill the process",
    parts: [
      { name: "of what people write", unit: "mutated texts", quick: 500, full: 500_000 },
      { name: "of what hubs and workers write", unit: "mutated texts", quick: 500, full: 500_000 },
    ],
  },
  {
    row: 17,
    promise: "Authorization is total",
    parts: [{ name: "labels that anybody sets", unit: "changes of labels", quick: 40, full: 2_000 }],
  },
  {
    row: 18,
    promise: "Reconciling is a fixpoint",
    parts: [
      { name: "in memory", unit: "looks", quick: 20, full: 100 },
      { name: "on the embedded forge", unit: "looks", quick: 0, full: 100 },
    ],
  },
  {
    row: 19,
    promise: "Fair and large",
    parts: [
      { name: "on the memory forge", unit: "tasks, in plans of 50 that are deep graphs", quick: 100, full: 10_000 },
      { name: "a low task among ever new high ones", unit: "plans", quick: 1, full: 20 },
      { name: "on the embedded forge", unit: "tasks, in plans of 100", quick: 0, full: 500 },
    ],
  },
  {
    row: 20,
    promise: "Orderly stop and upgrade",
    parts: [
      { name: "SIGTERM with work in flight", unit: "stops of app and worker", quick: 0, full: 10 },
      { name: "states of a newer version", unit: "files", quick: 4, full: 4 },
      { name: "a lease of a newer version", unit: "claims", quick: 2, full: 50 },
    ],
  },
];

/** A part by its row and name; throws when the table has no such part. */
export function partOf(row: number, name: string): { row: Row; part: Part } {
  const found = rows.find((one) => one.row === row);
  const part = found?.parts.find((one) => one.name === name);
  if (found === undefined || part === undefined) throw new Error(`rows.ts has no row ${row} "${name}"`);
  return { row: found, part };
}
