import { CoppiceError } from "../../core/errors.ts";
import type { CommentView } from "../../ports/forge/comments.ts";
import { joinSignals } from "../../ports/signals.ts";
import type { Marks } from "../../wire/marks-yaml.ts";
import type { Letter } from "./letter.ts";
import { intentFor, isApplied, withIntent } from "./marks.ts";
import type { Memory } from "./memory.ts";
import type { InboxOptions } from "./options.ts";

/** The exclusive word to answer one comment with a model (docs/decisions/0008). */
export interface HeldIntent {
  readonly comment: number;
  /** Every nonce it has had: a renewal whose answer was lost may have taken effect. */
  readonly nonces: ReadonlySet<string>;
  /** Aborted when the inbox ends, the word is somebody else's by now, or the turn takes too long. */
  readonly signal: AbortSignal;
  /** Ends the renewals; the word itself ends with the result. */
  stop(): void;
}

export type Claimed =
  | { readonly kind: "held"; readonly intent: HeldIntent }
  /** Another hub is at it, or died a moment ago: look again later. */
  | { readonly kind: "theirs" }
  | { readonly kind: "already" };

/** An intent seen unchanged for so long is a dead hub's, milliseconds. */
const takeOverAfter = 180_000;
/** An intent is renewed this often, milliseconds, and a turn takes at most so many times that. */
const renewEvery = 45_000;
const maxRenewals = 40;

/** Forgotten together when there are so many: it costs three minutes. */
const maxSightings = 1_000;

type ClaimOptions = Pick<InboxOptions, "store" | "clock" | "hubId" | "newId" | "log" | "signal">;

/** Commits the word that this hub answers the comment, unless another one does. */
export async function claim(
  options: ClaimOptions,
  memory: Pick<Memory, "sightings">,
  { comment, marks }: Letter,
): Promise<Claimed> {
  const { store, hubId: hub, newId, clock } = options;
  const nonce = newId();
  const kind = await store.editMarked(comment.issue, (_, stored) => {
    if (isApplied(stored, comment)) return { answer: "already" as const };
    const found = intentFor(stored, comment.id);
    const free = found === undefined || found.hub === hub || isStale(memory, found, clock.monotonic());
    if (!free) return { answer: "theirs" as const };
    const intent = { comment: comment.id, hub, nonce, at: comment.updatedAt };
    return { answer: "held" as const, marks: withIntent(stored ?? marks, intent) };
  });
  if (kind !== "theirs") memory.sightings.delete(comment.id);
  return kind === "held" ? { kind, intent: keep(options, comment, nonce) } : { kind };
}

/** Whether the word is still ours: without it no result counts. */
export function isHeld(marks: Marks | undefined, { comment, nonces }: Pick<HeldIntent, "comment" | "nonces">): boolean {
  const found = intentFor(marks, comment);
  return found !== undefined && nonces.has(found.nonce);
}

function isStale(
  { sightings }: Pick<Memory, "sightings">,
  { comment, nonce }: { readonly comment: number; readonly nonce: string },
  now: number,
): boolean {
  const seen = sightings.get(comment);
  if (seen?.nonce === nonce) return now - seen.since >= takeOverAfter;
  if (sightings.size >= maxSightings) sightings.clear();
  sightings.set(comment, { nonce, since: now });
  return false;
}

function keep(options: ClaimOptions, comment: CommentView, nonce: string): HeldIntent {
  const lost = new AbortController();
  const stopping = new AbortController();
  const nonces = new Set([nonce]);
  const renewing = joinSignals([stopping.signal, options.signal]);
  const held = joinSignals([options.signal, lost.signal]);
  void renew(options, { comment, nonces, lost, signal: renewing.signal });
  const stop = () => {
    stopping.abort();
    renewing.end();
    held.end();
  };
  return { comment: comment.id, nonces, signal: held.signal, stop };
}

interface Renewing {
  readonly comment: CommentView;
  readonly nonces: Set<string>;
  readonly lost: AbortController;
  readonly signal: AbortSignal;
}

async function renew(options: ClaimOptions, { comment, nonces, lost, signal }: Renewing): Promise<void> {
  for (let renewals = 0; renewals < maxRenewals; renewals++) {
    try {
      await options.clock.sleep(renewEvery, signal);
    } catch {
      return;
    }
    if ((await renewOnce(options, comment, nonces)) || signal.aborted) continue;
    lost.abort(new CoppiceError("forge-unavailable", "another hub answers this comment by now"));
    return;
  }
  lost.abort(new CoppiceError("timed-out", "the planner took too long; write the command again, perhaps more simply"));
}

/** False only when the word is known to be somebody else's. */
async function renewOnce(
  { store, hubId: hub, newId, log }: ClaimOptions,
  comment: CommentView,
  nonces: Set<string>,
): Promise<boolean> {
  const nonce = newId();
  const held = { comment: comment.id, nonces: new Set(nonces) };
  nonces.add(nonce);
  try {
    return await store.editMarked(comment.issue, (_, stored) => {
      if (stored === undefined || !isHeld(stored, held)) return { answer: false };
      return { answer: true, marks: withIntent(stored, { comment: comment.id, hub, nonce, at: comment.updatedAt }) };
    });
  } catch (error) {
    log.warn({ comment: comment.id, error: String(error) }, "An intent could not be renewed and is tried again");
    return true;
  }
}
