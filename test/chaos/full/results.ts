import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";

const result = z.object({
  row: z.number(),
  part: z.string(),
  count: z.number(),
  seed: z.number(),
  seconds: z.number(),
  facts: z.record(z.string(), z.number()),
  /** ISO 8601, UTC; when the part had passed. */
  at: z.string(),
});

/** A part that passed, and what was observed. */
export type Result = z.infer<typeof result>;

/** What has passed so far; none where the file is not there. */
export async function readResults(file: string): Promise<readonly Result[]> {
  const text = await readFile(file, "utf8").catch(() => "[]");
  return z.array(result).parse(JSON.parse(text));
}

/** Whole or not at all. */
export async function writeResults(file: string, results: readonly Result[]): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.new`, `${JSON.stringify(results, null, 1)}\n`);
  await rename(`${file}.new`, file);
}

/** The lines that the parts of a row wrote while they ran. */
export async function readReport(file: string): Promise<readonly Result[]> {
  const lines = (await readFile(file, "utf8").catch(() => "")).split("\n").filter(Boolean);
  const at = new Date().toISOString();
  return lines.map((line) => result.parse({ ...JSON.parse(line), at }));
}

/** The results with newer ones in place of theirs. */
export function replaced(results: readonly Result[], newer: readonly Result[]): readonly Result[] {
  const isSame = (one: Result) => (other: Result) => one.row === other.row && one.part === other.part;
  return [...results.filter((one) => !newer.some(isSame(one))), ...newer];
}
