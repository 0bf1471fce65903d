import { CoppiceError } from "../core/errors.ts";
import type { HeldLease } from "../core/lease/lease.ts";
import { branchesChosen, inOtherSpace, isBranch } from "../core/lease/spaces.ts";
import type { Oid } from "../core/repository.ts";
import type { Clock } from "../ports/clock.ts";
import type { LeaseMove, LeaseMoved } from "../ports/leases.ts";
import type { Log } from "../ports/log.ts";
import { chooseBranches, learn } from "./choose-branches.ts";
import { fetchLease, writeLease } from "./lease-commits.ts";
import type { Mirror } from "./mirror.ts";
import { patiently } from "./patience.ts";
import type { PushReading } from "./swap.ts";
import { pauses, pushAndRead } from "./swap.ts";

export interface SwapOptions {
  readonly mirror: Mirror;
  readonly clock: Clock;
  readonly log: Log;
}

/** Refs of one push: the command line and the answer stay short. */
const refsAtOnce = 100;

interface Swap {
  readonly expected: Oid | undefined;
  readonly mine: HeldLease;
  /** Where it was last pushed to. */
  ref: string;
  /** It is moved among the branches, since the remote refuses to change what was expected, which stays where it is. */
  isMoving?: boolean;
  answer?: LeaseMoved;
}

/** Moves leases by compare-and-swap, many by one push, each answered for by what is read back. */
export async function swapLeases(options: SwapOptions, moves: readonly LeaseMove[]): Promise<readonly LeaseMoved[]> {
  const issues = new Set(moves.map(({ lease }) => lease.issue));
  if (issues.size < moves.length) throw new CoppiceError("internal", "two moves of one lease in one push");
  const swaps: Swap[] = [];
  for (const { expected, lease } of moves) {
    swaps.push({ expected, mine: await writeLease(options.mirror, lease), ref: "" });
  }
  for (let at = 0; at < swaps.length; at += refsAtOnce) {
    const some = swaps.slice(at, at + refsAtOnce);
    await settle(options, some).catch((error: unknown) => fail(some, error));
  }
  return swaps.map(({ answer }) => answer ?? { kind: "failed", message: "it was not tried" });
}

/** The remote cannot be read, or the disk is full: what was answered before stands. */
function fail(swaps: readonly Swap[], error: unknown): void {
  if (!(error instanceof CoppiceError)) throw error;
  for (const swap of swaps) swap.answer ??= { kind: "failed", message: error.message, cause: error };
}

/** Again after each pause, while a ref is as it was: nobody was faster, the push itself failed. */
async function settle(options: SwapOptions, swaps: readonly Swap[]): Promise<void> {
  const open = () => swaps.filter(({ answer }) => answer === undefined);
  let said = "";
  for (const pause of [0, ...pauses]) {
    if (pause > 0) await options.clock.sleep(pause);
    said = await attempt(options, open());
    if (open().length === 0) return;
  }
  for (const swap of open()) {
    swap.answer = { kind: "failed", message: `the lease of #${swap.mine.lease.issue} could not be pushed: ${said}` };
  }
}

/** What turns out to lie in the other space is pushed there at once; that can happen once in either direction. */
async function attempt(options: SwapOptions, swaps: readonly Swap[]): Promise<string> {
  let open = swaps;
  let said = "";
  for (let turn = 0; turn < 3 && open.length > 0; turn += 1) {
    const reading = await push(options, open);
    said = reading.said;
    const elsewhere: Swap[] = [];
    for (const swap of open) if ((await judge(options, swap, reading)) === "elsewhere") elsewhere.push(swap);
    open = elsewhere;
  }
  return said;
}

async function push(options: SwapOptions, swaps: readonly Swap[]): Promise<PushReading> {
  const { names } = options.mirror;
  for (const swap of swaps) {
    const { issue } = swap.mine.lease;
    const isNew = swap.expected === undefined || swap.isMoving === true;
    swap.ref = isNew ? names.newLease(issue) : names.lease(issue);
  }
  const moves = swaps.map((swap) => ({ ref: swap.ref, expected: expectedAt(swap), to: swap.mine.oid }));
  const also = [...swaps.map(({ ref }) => inOtherSpace(ref)), branchesChosen];
  const reading = await pushAndRead(options, moves, { atomic: false, also });
  learn(options, reading.values);
  return reading;
}

/** What the ref that is pushed must have now. */
function expectedAt({ expected, isMoving }: Swap): Oid | undefined {
  return isMoving === true ? undefined : expected;
}

/** `answered`: the swap has its answer; `elsewhere`: the other space has the lease; `again`: the push itself failed. */
type Judged = "answered" | "elsewhere" | "again";

/** Sets the answer where there is one. */
async function judge(options: SwapOptions, swap: Swap, reading: PushReading): Promise<Judged> {
  const { mine, ref } = swap;
  const other = inOtherSpace(ref);
  const here = reading.values.get(ref);
  const there = reading.values.get(other);
  if (here === mine.oid) return settleMine(options, swap, reading);
  // Where there are two, the one among the branches counts: leases are moved there, and never back.
  if (there !== undefined && (here === undefined ? swap.isMoving !== true : isBranch(other))) {
    options.mirror.names.note(mine.lease.issue, other);
    if (there === swap.expected) return "elsewhere";
    return lost(options, swap, { ref: other, oid: there });
  }
  if (here !== expectedAt(swap)) return lost(options, swap, { ref, oid: here });
  if (swap.isMoving === true)
    return there === swap.expected ? "again" : lost(options, swap, { ref: other, oid: there });
  return judgeUnmoved(options, swap, reading);
}

/** The ref is as it was. */
async function judgeUnmoved(options: SwapOptions, swap: Swap, reading: PushReading): Promise<Judged> {
  const { expected, ref } = swap;
  const why = reading.refused.get(ref);
  if (expected === undefined && isInferior(ref, reading)) return "elsewhere";
  if (why === undefined || isBranch(ref)) return "again";
  if (await chooseBranches(options, why)) {
    swap.isMoving = expected !== undefined;
    return "elsewhere";
  }
  swap.answer = { kind: "failed", message: `the remote refuses ${ref}: ${why}` };
  return "answered";
}

/**
 * It says what we pushed. A new lease is only held when what was read after the push has none of that task in the other
 * space, nor the word that leases are branches here: whoever made either may not have seen ours (docs/decisions/0014).
 * One that was moved is held when what it was moved from is still as it was.
 */
async function settleMine(options: SwapOptions, swap: Swap, reading: PushReading): Promise<"answered" | "elsewhere"> {
  const { expected, mine, ref } = swap;
  const other = inOtherSpace(ref);
  const there = reading.values.get(other);
  const isNew = expected === undefined;
  const isDoubled = swap.isMoving === true ? there !== expected : there !== undefined && (isNew || isBranch(other));
  if (isDoubled || (isNew && isInferior(ref, reading))) {
    // Not one that stands for an older one: should the other be taken away as well, what it says of the task's work is all there is.
    if (isNew || swap.isMoving === true) {
      await pushAndRead(options, [{ ref, expected: mine.oid, to: undefined }], { atomic: false });
    }
    return isDoubled ? lost(options, swap, { ref: other, oid: there }) : "elsewhere";
  }
  options.mirror.names.note(mine.lease.issue, ref);
  swap.answer = { kind: "held", held: mine };
  return "answered";
}

/** New leases are made among the branches here. */
function isInferior(ref: string, { values }: PushReading): boolean {
  return !isBranch(ref) && values.has(branchesChosen);
}

/** As long as a read is tried: who won is worth knowing, it may be the caller. Milliseconds. */
const fetchPatience = 7_500;

async function lost(
  options: SwapOptions,
  swap: Swap,
  { ref, oid }: { ref: string; oid: Oid | undefined },
): Promise<"answered"> {
  swap.answer = { kind: "lost" };
  if (oid === undefined) return "answered";
  try {
    const current = await patiently(options, fetchPatience, () => fetchLease(options, ref, oid));
    if (current) swap.answer = { kind: "lost", current };
  } catch (error) {
    options.log.warn({ ref, error: String(error) }, "the lease that won could not be fetched");
  }
  return "answered";
}
