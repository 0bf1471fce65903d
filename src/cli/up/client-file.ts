import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { isRunning, writeWhole } from "./data-folder.ts";

const clientFile = z.strictObject({
  version: z.literal(1),
  /** The process that wrote it. */
  pid: z.number().int().positive(),
  apiUrl: z.url(),
  owner: z.string(),
  repo: z.string(),
  /** The admin's on the embedded forge. */
  token: z.string(),
  /** `http://host:port` of the hub. */
  hubUrl: z.url(),
  operatorToken: z.string(),
});

/** What other commands need to speak to a running `up`; readable by its owner only, there only while it runs. */
export type RunningUp = Omit<z.infer<typeof clientFile>, "version" | "pid">;

/** `stale`: an `up` was killed and left its file behind. */
export type FoundUp =
  | { readonly kind: "running"; readonly up: RunningUp }
  | { readonly kind: "stale" }
  | { readonly kind: "none" };

/** Tells other commands where this `up` is; gives the function that takes it back. */
export async function announceUp(folder: string, up: RunningUp): Promise<() => Promise<void>> {
  const file = fileIn(folder);
  await writeWhole(file, JSON.stringify({ version: 1, pid: process.pid, ...up }));
  return () => rm(file, { force: true });
}

/** The `up` that keeps its data in this folder, if one is running now. A file of another version counts as none. */
export async function findUp(folder: string): Promise<FoundUp> {
  const text = await readFile(fileIn(folder), "utf8").catch(() => undefined);
  if (text === undefined) return { kind: "none" };
  const parsed = parse(text);
  if (parsed === undefined) return { kind: "none" };
  const { version: _, pid, ...up } = parsed;
  return (await isRunning(pid)) ? { kind: "running", up } : { kind: "stale" };
}

function fileIn(folder: string): string {
  return join(folder, "client.json");
}

function parse(text: string): z.infer<typeof clientFile> | undefined {
  try {
    return clientFile.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
