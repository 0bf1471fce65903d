import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Observed } from "./play.ts";
import { observed } from "./play.ts";

/** MiB: with more than this of lasting objects, garbage included, the process ends by itself. */
const oldSpace = 180;

/** The same in a process of its own, whose heap has little room: what it needs is what is seen. Needs the built tree. */
export async function playApart(count: number, seed: number): Promise<Observed> {
  const words = [`--max-old-space-size=${oldSpace}`, "dist/test/chaos/large/main.js", `${count}`, `${seed}`];
  const { stdout } = await promisify(execFile)(process.execPath, words, { timeout: 40 * 60_000 });
  return observed.parse(JSON.parse(stdout));
}
