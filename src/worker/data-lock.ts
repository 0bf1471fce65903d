import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CoppiceError } from "../core/errors.ts";

/**
 * Takes a data folder for this process; throws CoppiceError bad-input when a living process has it.
 * Two workers in one folder would remove each other's worktrees, two apps be one hub. Gives the function that lets it go.
 */
export async function lockData(folder: string, whose: "worker" | "app" = "worker"): Promise<() => Promise<void>> {
  const file = join(folder, `${whose}.pid`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const holder = (await readFile(file, "utf8").catch(() => "")).trim();
  const [pid = "", startedAt = ""] = holder.split(" ");
  if (/^\d+$/.test(pid) && startedAt === (await startTime(Number(pid)))) {
    throw new CoppiceError(
      "bad-input",
      `the data folder ${folder} is in use by process ${pid}; give this ${whose} another`,
    );
  }
  await writeFile(file, `${process.pid} ${await startTime(process.pid)}\n`);
  return () => rm(file, { force: true });
}

/** When a process started, in the kernel's ticks: tells it from a later one of the same number. Empty when it is not there. */
async function startTime(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  // The name in parentheses may hold spaces; the start time is the 20th field after it.
  if (stat !== undefined) return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "unknown";
  try {
    process.kill(pid, 0);
    return "unknown";
  } catch {
    return "";
  }
}
