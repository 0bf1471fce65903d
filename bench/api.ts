import { interruption } from "../src/cli/signals.ts";
import { playPlan } from "./api/play.ts";
import { formatReport } from "./api/report.ts";

/** Longest that one plan may take, milliseconds, for each task and in all. */
const patience = { task: 15_000, start: 60_000 };

/** `npm run bench:api [N …]`: what a plan of N tasks and N edges asks of the forge, by route. */
async function main(words: readonly string[]): Promise<void> {
  const interrupted = interruption();
  for (const tasks of readSizes(words)) {
    const patient = AbortSignal.timeout(patience.start + tasks * patience.task);
    process.stdout.write(formatReport(await playPlan(tasks, AbortSignal.any([interrupted, patient]))));
  }
}

function readSizes(words: readonly string[]): readonly number[] {
  if (words.length === 0) return [5, 20];
  const sizes = words.map(Number);
  // A plan holds at most 50 tasks; with fewer than five there is no room for as many edges.
  if (sizes.every((size) => Number.isInteger(size) && size >= 5 && size <= 50)) return sizes;
  throw new Error(`bench:api takes numbers of tasks from 5 to 50, not ${words.join(" ")}`);
}

await main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
