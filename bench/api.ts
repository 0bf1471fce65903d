import { interruption } from "../src/cli/signals.ts";
import { planLimits } from "../src/core/plan/limits.ts";
import { watchIdle } from "./api/idle.ts";
import { playUnderLimits } from "./api/limits.ts";
import { playPlan } from "./api/play.ts";
import { formatIdle, formatLimited, formatReport } from "./api/report.ts";

/** Longest that one plan may take, milliseconds, for each task and in all. */
const patience = { task: 15_000, start: 60_000 };

/** With fewer tasks there is no room for as many edges. */
const fewest = 5;

/**
 * `npm run bench:api [N …]`: what a plan of N tasks and N edges asks of the forge, by route. With `--idle [minutes]`: what
 * a repository asks, and a plan, while nothing happens; it begins eight minutes after the last news. With `--limits [N]`:
 * the same plan on a forge that keeps GitHub's limits, and whether it refused a call.
 */
async function main(words: readonly string[]): Promise<void> {
  const interrupted = interruption();
  if (words[0] === "--idle") {
    process.stdout.write(formatIdle(await watchIdle(readMinutes(words[1]), interrupted)));
    return;
  }
  const patient = (tasks: number) =>
    AbortSignal.any([interrupted, AbortSignal.timeout(patience.start + tasks * patience.task)]);
  if (words[0] === "--limits") {
    const [tasks = 100] = words.length === 1 ? [] : readSizes(words.slice(1));
    process.stdout.write(formatLimited(await playUnderLimits(tasks, patient(tasks))));
    return;
  }
  for (const tasks of readSizes(words)) process.stdout.write(formatReport(await playPlan(tasks, patient(tasks))));
}

function readSizes(words: readonly string[]): readonly number[] {
  if (words.length === 0) return [5, 20];
  const sizes = words.map(Number);
  const most = planLimits.tasks;
  if (sizes.every((size) => Number.isInteger(size) && size >= fewest && size <= most)) return sizes;
  throw new Error(`bench:api takes numbers of tasks from ${fewest} to ${most}, not ${words.join(" ")}`);
}

function readMinutes(word = "10"): number {
  const minutes = Number(word);
  if (minutes > 0 && minutes <= 60) return minutes;
  throw new Error(`bench:api --idle takes minutes up to 60, not ${word}`);
}

await main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
