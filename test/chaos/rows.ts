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
      { name: "over file", unit: "rounds of claims at once", quick: 6, full: 200 },
      { name: "over http", unit: "rounds of claims at once", quick: 4, full: 200 },
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
