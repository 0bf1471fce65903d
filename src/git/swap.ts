import { CoppiceError, isDiskFull } from "../core/errors.ts";
import type { Oid } from "../core/repository.ts";
import type { Clock } from "../ports/clock.ts";
import { lastLines } from "./git.ts";
import type { Mirror } from "./mirror.ts";

/** One ref of a push, with the value it must have now; `expected` undefined: absent. `to` undefined deletes it. */
export interface RefMove {
  readonly ref: string;
  readonly expected: Oid | undefined;
  readonly to: Oid | undefined;
}

/** What the remote says after the push; its exit code and output prove nothing and are kept for people. */
export interface PushReading {
  readonly values: ReadonlyMap<string, Oid>;
  readonly said: string;
  /** Refs that the remote's own rules refuse, with its words: to try again is no use. */
  readonly refused: ReadonlyMap<string, string>;
}

export interface PushOptions {
  readonly atomic: boolean;
  /** Further refs to read back. */
  readonly also?: readonly string[];
  readonly signal?: AbortSignal;
}

/** Pushes by compare-and-swap, then reads the refs back. Throws CoppiceError git-failed when they cannot be read. */
export async function pushAndRead(
  { mirror, clock }: { mirror: Mirror; clock: Clock },
  moves: readonly RefMove[],
  options: PushOptions,
): Promise<PushReading> {
  const leases = moves.map(({ ref, expected }) => `--force-with-lease=${ref}:${expected ?? ""}`);
  const refspecs = moves.map(({ ref, to }) => `${to ?? ""}:${ref}`);
  const atomic = options.atomic ? ["--atomic"] : [];
  const args = ["push", "--porcelain", "--no-verify", ...atomic, ...leases, mirror.url, ...refspecs];
  const told = await mirror.remote(args, { accept: "any", signal: options.signal }).then(
    ({ stderr, stdout }) => `${stdout.toString()}\n${stderr}`,
    (error: unknown) => {
      if (isDiskFull(error)) throw error;
      return error instanceof Error ? error.message : String(error);
    },
  );
  options.signal?.throwIfAborted();
  const refs = [...moves.map(({ ref }) => ref), ...(options.also ?? [])];
  const values = await readPatiently({ mirror, clock }, refs, options.signal);
  return { values, said: lastLines(told), refused: refusals(told) };
}

/** `!` TAB `<from>:<ref>` TAB `[remote rejected] (<why>)`, as `--porcelain` prints it; what lost a race is none. */
function refusals(told: string): ReadonlyMap<string, string> {
  const lines = told.matchAll(/^!\t[^\t:]*:([^\t]+)\t\[remote rejected\] \((.*)\)$/gm);
  return new Map([...lines].flatMap(([, ref = "", why = ""]) => (ownRules.test(why) ? [[ref, why] as const] : [])));
}

/** git's words for hidden refs and hooks, GitHub's for rulesets and protected refs. */
const ownRules = /hidden ref|hook declined|rule violations|protected|prohibited|not allowed|permission|funny refname/i;

/** Pauses between attempts, milliseconds: a push or a read is tried once more after each. */
export const pauses: readonly number[] = [500, 2_000, 5_000];

async function readPatiently(
  { mirror, clock }: { mirror: Mirror; clock: Clock },
  refs: readonly string[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, Oid>> {
  for (const pause of pauses) {
    try {
      return await mirror.read(refs, signal);
    } catch (error) {
      if (!(error instanceof CoppiceError)) throw error;
      await clock.sleep(pause, signal);
    }
  }
  return mirror.read(refs, signal);
}
