import { readFile } from "node:fs/promises";

/** Waits, at most fifteen seconds, until there is no such process; a zombie has ended, only whoever started it has not asked yet. */
export async function isGone(pid: number): Promise<boolean> {
  for (let turn = 0; turn < 600; turn += 1) {
    if (await hasEnded(pid)) return true;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return false;
}

async function hasEnded(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch {
    return true;
  }
  // Where there is no /proc there is no saying.
  return / Z /.test(await readFile(`/proc/${pid}/stat`, "utf8").catch(() => ""));
}
