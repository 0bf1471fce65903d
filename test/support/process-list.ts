import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { execa } from "execa";

export interface ListedProcess {
  readonly id: number;
  readonly parent: number;
  readonly commandLine: string;
}

/** Every process there is: from /proc where that exists (slim images have no ps), else from ps. */
export async function listProcesses(): Promise<ListedProcess[]> {
  return existsSync("/proc/self/stat") ? fromProc() : fromPs();
}

async function fromProc(): Promise<ListedProcess[]> {
  const ids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(ids.map((id) => readProcess(id).catch(() => undefined)));
  return found.filter((process) => process !== undefined);
}

async function readProcess(id: number): Promise<ListedProcess> {
  const [stat, commandLine] = await Promise.all([
    readFile(`/proc/${id}/stat`, "utf8"),
    readFile(`/proc/${id}/cmdline`, "utf8"),
  ]);
  // The name in parentheses may hold spaces; state and parent follow it.
  const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  return { id, parent, commandLine: commandLine.replaceAll("\0", " ").trim() };
}

async function fromPs(): Promise<ListedProcess[]> {
  const { stdout } = await execa("ps", ["-eo", "pid=,ppid=,args="]);
  return stdout.split("\n").map((line) => {
    const [, id, parent, commandLine = ""] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return { id: Number(id), parent: Number(parent), commandLine };
  });
}
