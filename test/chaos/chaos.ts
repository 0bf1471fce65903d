import { appendFile } from "node:fs/promises";
import { test } from "vitest";
import type { Random } from "./random.ts";
import { seededRandom } from "./random.ts";
import { partOf } from "./rows.ts";

/** What a part is to do. */
export interface Task {
  readonly count: number;
  readonly random: Random;
  /** Everything, not the little that every `npm test` has time for. */
  readonly isFull: boolean;
}

/** What was observed, for the table of docs/reliability.md: what, and how often. */
export type Facts = Readonly<Record<string, number>>;

/** Milliseconds. */
const longest = { quick: 60_000, full: 40 * 60_000 };

/** The same throws on every machine until somebody asks for others. */
const defaultSeed = 1;

/** A part of a row as a test: how often, and from which seed, the environment says; a failure tells how to repeat it. */
export function chaos(row: number, name: string, run: (task: Task) => Promise<Facts>): void {
  const { row: found, part } = partOf(row, name);
  const { COPPICE_CHAOS, COPPICE_CHAOS_COUNT, COPPICE_CHAOS_SEED, COPPICE_CHAOS_REPORT } = process.env;
  const isFull = COPPICE_CHAOS === "full";
  const count = Number(COPPICE_CHAOS_COUNT || (isFull ? part.full : part.quick));
  const seed = Number(COPPICE_CHAOS_SEED || defaultSeed);
  const title = `Row ${row}: ${found.promise}, ${name} (${count} ${part.unit}, seed ${seed})`;
  // Zero: too slow for every `npm test`.
  test.skipIf(count === 0)(title, { timeout: isFull ? longest.full : longest.quick }, async () => {
    const began = performance.now();
    const facts = await run({ count, isFull, random: seededRandom(seed) }).catch((cause: unknown) => {
      const again = `npm run test:chaos -- --row ${row} --seed ${seed} --count ${count}`;
      throw new Error(`${cause instanceof Error ? cause.message : cause}\nThe same again: ${again}`, { cause });
    });
    if (COPPICE_CHAOS_REPORT === undefined) return;
    const seconds = Math.round((performance.now() - began) / 1_000);
    await appendFile(COPPICE_CHAOS_REPORT, `${JSON.stringify({ row, part: name, count, seed, seconds, facts })}\n`);
  });
}
