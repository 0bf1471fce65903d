import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ResultPromise } from "execa";
import { execa } from "execa";
import { onTestFinished } from "vitest";
import { environmentOf } from "../../app/support/environment.ts";
import type { World } from "../../app/support/world.ts";
import { until } from "../../support/up-process.ts";

const main = join(import.meta.dirname, "../../../dist/src/app/main.js");
const output = { all: true, reject: false, extendEnv: false, buffer: false } as const;

/** The app in a process of its own, as an operator runs it. */
export interface AppProcess {
  readonly url: string;
  readonly pid: number;
  /** Everything it has written so far. */
  said(): string;
  /** Ends it by this signal; gives its exit code, undefined when the signal did. */
  end(signal: "SIGTERM" | "SIGKILL"): Promise<number | undefined>;
}

/** Starts one on that forge; whatever is left of it is killed when the test ends. */
export async function startAppProcess(world: World, more: Record<string, string> = {}): Promise<AppProcess> {
  const child: ResultPromise<typeof output & { env: Record<string, string> }> = execa(process.execPath, [main], {
    ...output,
    env: { ...environmentOf(world), COPPICE_PLANNER: "keywords", ...more },
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let text = "";
  child.all.on("data", (chunk) => {
    text += chunk;
  });
  const ready = /"url":"([^"]+)"[^\n]*Coppice is ready/;
  await until("the app is ready", async () => ready.test(text) || child.exitCode !== null);
  const url = ready.exec(text)?.[1];
  if (url === undefined || child.pid === undefined) throw new Error(`the app did not start: ${text}`);
  return {
    url,
    pid: child.pid,
    said: () => text,
    async end(signal) {
      child.kill(signal);
      return (await child).exitCode;
    },
  };
}

/** What a process has in memory now, bytes; 0 when it is gone. */
export async function residentBytes(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return Number(/VmRSS:\s+(\d+)/.exec(text)?.[1] ?? 0) * 1_024;
}
