import { randomBytes } from "node:crypto";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { z } from "zod";
import { CoppiceError } from "../../core/errors.ts";

const secretsSchema = z.strictObject({
  version: z.literal(1),
  webhookSecret: z.string().min(20),
  operatorToken: z.string().min(20),
  /** The admin's token on the embedded forge, once made. */
  adminToken: z.string().optional(),
});

/** What a restarted `up` must say again unchanged; readable by its owner only. */
export type Secrets = z.infer<typeof secretsSchema>;

export interface DataFolder {
  readonly path: string;
  readonly secrets: Secrets;
  keep(secrets: Secrets): Promise<void>;
  /** Lets another `up` use the folder. */
  release(): Promise<void>;
}

/** Opens (or makes) the folder for this process alone. Throws CoppiceError bad-input when a living `up` has it, or it cannot be written to. */
export async function openDataFolder(path: string): Promise<DataFolder> {
  const folder = resolve(path);
  const secrets = await prepare(folder).catch((cause) => {
    if (cause instanceof CoppiceError) throw cause;
    const why = cause instanceof Error && "code" in cause ? cause.code : String(cause);
    throw new CoppiceError(
      "bad-input",
      `${folder} cannot be used as data folder (${why}); choose one you can write to with --data`,
      { cause },
    );
  });
  return {
    path: folder,
    secrets,
    keep: (changed) => writeWhole(join(folder, "secrets.json"), JSON.stringify(changed)),
    release: () => rm(join(folder, "up.pid"), { force: true }),
  };
}

async function prepare(folder: string): Promise<Secrets> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await takeLock(folder);
  return readSecrets(folder);
}

/** A process id file: a killed process leaves it behind, and its id then belongs to nobody (or to a stranger younger than the file). */
async function takeLock(folder: string): Promise<void> {
  const file = join(folder, "up.pid");
  const holder = await holderOf(folder);
  if (holder !== undefined) {
    throw new CoppiceError(
      "bad-input",
      `${folder} is in use by process ${holder}; stop it, or choose another folder with --data`,
    );
  }
  await writeWhole(file, `${process.pid}\n`);
}

/** The other living process that uses the folder. */
export async function holderOf(folder: string): Promise<number | undefined> {
  const holder = Number.parseInt(await readFile(join(folder, "up.pid"), "utf8").catch(() => ""), 10);
  const isOther = Number.isSafeInteger(holder) && holder !== process.pid;
  return isOther && (await isRunning(holder)) ? holder : undefined;
}

/** Whether a process of ours has this id. */
export async function isRunning(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // Where the system tells command lines, a re-used process id is told apart.
  const commandLine = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "coppice");
  return /coppice|cli[/\\]main/.test(commandLine);
}

async function readSecrets(folder: string): Promise<Secrets> {
  const file = join(folder, "secrets.json");
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text !== undefined) return parseSecrets(file, text);
  const secret = () => randomBytes(24).toString("base64url");
  const fresh: Secrets = { version: 1, webhookSecret: secret(), operatorToken: secret() };
  await writeWhole(file, JSON.stringify(fresh));
  return fresh;
}

function parseSecrets(file: string, text: string): Secrets {
  try {
    return secretsSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new CoppiceError("bad-input", `${file} is not a file of this version; move the folder away to start anew`, {
      cause,
    });
  }
}

/** Writes a file for its owner only: all or nothing, also when the machine stops in between. */
export async function writeWhole(file: string, text: string): Promise<void> {
  const temporary = `${file}.${process.pid}.new`;
  const handle = await open(temporary, "w", 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
}
