import { randomUUID } from "node:crypto";
import { link, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CoppiceError } from "../core/errors.ts";

/** Called, it lets the folder go. */
export interface DataLock {
  (): Promise<void>;
  /** False when the folder was taken away, or is somebody else's by now. */
  isHeld(): Promise<boolean>;
}

/**
 * Takes a data folder for this process; throws CoppiceError bad-input when a living process has it.
 * Two workers in one folder would remove each other's worktrees, two apps be one hub.
 */
export async function lockData(folder: string, whose: "worker" | "app" = "worker"): Promise<DataLock> {
  const file = join(folder, `${whose}.pid`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const mine = `${process.pid} ${await startTime(process.pid)} ${randomUUID()}\n`;
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, mine);
  try {
    const holder = await take(draft, file);
    if (holder !== undefined) {
      throw new CoppiceError(
        "bad-input",
        `the data folder ${folder} is in use by process ${holder}; give this ${whose} another`,
      );
    }
  } finally {
    await rm(draft, { force: true });
  }
  const isHeld = () =>
    readFile(file, "utf8").then(
      (text) => text === mine,
      // Too many open files, say, is no proof that it is gone.
      ({ code }: NodeJS.ErrnoException) => code !== "ENOENT" && code !== "ENOTDIR",
    );
  const release = async () => {
    if (await isHeld()) await rm(file, { force: true });
  };
  return Object.assign(release, { isHeld });
}

/** Who dies while it is looked at is looked at again, at most so often. */
const turns = 10;

/** Gives the file the draft's content, all at once, unless a living process has it, whose number it then gives. */
async function take(draft: string, file: string): Promise<string | undefined> {
  for (let turn = 0; turn < turns; turn += 1) {
    const isTaken = await link(draft, file).then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code === "EEXIST") return false;
        throw error;
      },
    );
    if (isTaken) return undefined;
    const holder = await read(file);
    const [pid = "", startedAt = ""] = holder.trim().split(" ");
    if (/^\d+$/.test(pid) && startedAt === (await startTime(Number(pid)))) return pid;
    await removeStale(file, holder);
  }
  throw new CoppiceError("bad-input", `${file} cannot be taken: others come and go`);
}

/** Of two that find the same dead holder, the slower one may meet the quicker one's file: it is put back. */
async function removeStale(file: string, holder: string): Promise<void> {
  const aside = `${file}.${randomUUID()}`;
  const isMoved = await rename(file, aside).then(
    () => true,
    () => false,
  );
  if (isMoved && (await read(aside)) !== holder) await link(aside, file).catch(() => undefined);
  await rm(aside, { force: true });
}

function read(file: string): Promise<string> {
  return readFile(file, "utf8").catch(() => "");
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
