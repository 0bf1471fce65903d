import { existsSync } from "node:fs";
import { lstat, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { CoppiceError } from "../core/errors.ts";
import type { Log } from "../ports/log.ts";
import type { Git } from "./git.ts";

export interface MirrorPlace {
  readonly git: Git;
  readonly folder: string;
  readonly log?: Pick<Log, "warn">;
}

/** What stands in git's way: the lock of one that was killed, or files that are not what it wrote. */
export type Damage = "locked" | "broken";

/** What a call to the mirror failed for, where the mirror itself is why. */
export function damageOf(error: unknown): Damage | undefined {
  if (!(error instanceof CoppiceError) || error.code !== "git-failed") return undefined;
  // The remote's own troubles are none of this mirror's.
  const said = error.message
    .split(" | ")
    .filter((line) => !/^(git \S+: )?remote:/.test(line))
    .join(" | ");
  if (/Unable to create '.*\.lock': File exists|Another git process seems to be running/.test(said)) return "locked";
  return broken.test(said) ? "broken" : undefined;
}

const broken = new RegExp(
  [
    "not a git repository",
    "object file .* is empty",
    "is corrupt",
    // Not who asks for credentials, and has none.
    "unable to (unpack|read|parse) (?!askpass)",
    "could not (read|parse) (?!username|password)",
    "inflate: ",
    "bad (object|tree|config|config line|signature)",
    "missing (blob|tree|commit|object)",
    "invalid (HEAD|object|sha1 pointer)",
    "(packfile|index file|pack) .*(cannot be accessed|is too small|truncated|mismatch)",
    "unexpected line in",
    "reference broken",
    "unable to resolve reference",
    "did not send all necessary objects",
  ].join("|"),
  "i",
);

/** Makes an empty mirror. */
export async function makeMirror({ git, folder }: MirrorPlace): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  const making = `${folder}.${process.pid}.making`;
  await rm(making, { recursive: true, force: true });
  await git(["init", "--quiet", "--bare", "--template=", making]);
  await rename(making, folder);
}

/** True when git takes the folder for the repository it was made as. */
export async function isSound({ git, folder }: MirrorPlace): Promise<boolean> {
  const stats = await lstat(folder).catch(() => undefined);
  if (!stats?.isDirectory() || !["objects", "refs", "HEAD"].every((name) => existsSync(join(folder, name))))
    return false;
  const asked = git(["rev-parse", "--is-bare-repository"], { gitDir: folder, accept: "any" });
  return asked.then(
    ({ code, stdout }) => code === 0 && stdout.toString().trim() === "true",
    () => false,
  );
}

/** What a git that was killed left: nobody else works in this folder, and a lock would stop every later fetch. */
export async function removeLocks({ folder }: Pick<MirrorPlace, "folder">): Promise<number> {
  const names = await readdir(folder, { recursive: true });
  const locks = names.filter((name) => name.endsWith(".lock") && !name.startsWith("objects/"));
  await Promise.all(locks.map((name) => rm(join(folder, name), { force: true })));
  return locks.length;
}

/**
 * Puts a new mirror in the place of one that is broken, which is moved aside: its objects stay within reach of the new one,
 * for the runs that began on them and for commits that were saved nowhere else. `refill` fetches what the new one needs.
 */
export async function replaceMirror(place: MirrorPlace, why: string, refill: () => Promise<void>): Promise<void> {
  const { folder, log } = place;
  const aside = `${folder}.broken-${Date.now()}`;
  await rename(folder, aside);
  await makeMirror(place);
  log?.warn({ mirror: folder, aside, why }, "the mirror is broken: a new one is made, the old one is moved aside");
  // First: git would not fetch again what an alternate has.
  await refill().catch((error: unknown) =>
    log?.warn({ mirror: folder, error: String(error) }, "the new mirror cannot be filled now"),
  );
  if (!existsSync(join(aside, "objects"))) return;
  await mkdir(join(folder, "objects", "info"), { recursive: true });
  await writeFile(join(folder, "objects", "info", "alternates"), `${join(aside, "objects")}\n`);
}

/** How long what was moved aside is kept, milliseconds: a week. */
const keptFor = 7 * 24 * 60 * 60_000;

/** Removes what was moved aside long ago; before any run begins, since a run may need its objects. */
export async function removeOldMirrors({ folder, log }: MirrorPlace, now: number): Promise<void> {
  const parent = dirname(folder);
  const prefix = `${basename(folder)}.broken-`;
  const asides = (await readdir(parent).catch(() => [])).filter((name) => name.startsWith(prefix));
  for (const name of asides) {
    if (now - Number(name.slice(prefix.length)) < keptFor) continue;
    const alternates = join(folder, "objects", "info", "alternates");
    if ((await readFile(alternates, "utf8").catch(() => "")).includes(name)) await rm(alternates, { force: true });
    await rm(join(parent, name), { recursive: true, force: true });
    log?.warn({ mirror: join(parent, name) }, "a broken mirror of long ago is removed");
  }
}
