import { CoppiceError } from "../../core/errors.ts";
import type { CommentView } from "../../ports/forge/comments.ts";
import type { Processed } from "./carry-out.ts";
import type { Letter } from "./letter.ts";
import { intentFor, isApplied } from "./marks.ts";
import type { Memory } from "./memory.ts";
import type { InboxOptions } from "./options.ts";
import { giveUp, processComment } from "./process.ts";

const defaultTries = 3;
/** A forge that is away for a while fails every comment alike: as often as the sweeps come by in some ten minutes. */
const patientTries = 12;

/** A failure is thrown for the caller's timer until the tries are used up; then the author hears of it. */
export async function tryComment(options: InboxOptions, memory: Memory, letter: Letter): Promise<Processed> {
  const { failures } = memory;
  const { id, issue } = letter.comment;
  let processed: Processed = "done";
  try {
    processed = await processComment(options, memory, letter);
  } catch (error) {
    options.signal.throwIfAborted();
    // It may have taken effect before it failed.
    options.wake(issue);
    const failed = (failures.get(id) ?? 0) + 1;
    failures.set(id, failed);
    const code = error instanceof CoppiceError ? error.code : undefined;
    // A turn that took too long would take, and cost, as much again.
    const hopeless = code === "ledger-invalid" || code === "timed-out";
    const isPassing = code === "forge-unavailable" || code === "forge-limited";
    const tries = options.tries ?? (isPassing ? patientTries : defaultTries);
    if (failed < tries && !hopeless) throw error;
    if (code !== "ledger-invalid" && (await isOutOfHand(options, letter.comment))) throw error;
    options.log.error({ comment: id, error: String(error) }, "A comment's commands failed for good");
    const reason = error instanceof CoppiceError ? error.message : "something went wrong inside Coppice";
    await giveUp(options, letter, reason);
  }
  failures.delete(id);
  return processed;
}

/** Its result is committed, or another hub is at it by now: nobody is to be told that it failed. */
async function isOutOfHand({ store, hubId }: InboxOptions, comment: CommentView): Promise<boolean> {
  const marks = await store.marks();
  const intent = intentFor(marks, comment.id);
  return isApplied(marks, comment) || (intent !== undefined && intent.hub !== hubId);
}
