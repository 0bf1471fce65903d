import { CoppiceError } from "../../core/errors.ts";
import type { CommentView } from "../../ports/forge/comments.ts";
import { answerPath, planFolder } from "../../wire/ledger-paths.ts";
import { maxBodyLength } from "../../wire/render/page.ts";
import { findAnswerMarker, formatAnswerMarker } from "../../wire/render/plan-marker.ts";
import type { Memory } from "./memory.ts";
import type { InboxOptions } from "./options.ts";

/** An answer that another hub decided is left to it for so long, milliseconds. */
const patience = 60_000;

type OutboxOptions = Pick<InboxOptions, "forge" | "store" | "clock" | "log">;

/** The comment that is answered, and when it was written where that is known: no answer is older. */
export interface Answered {
  readonly issue: number;
  readonly comment: number;
  readonly since?: string;
}

/** Posts what is decided and was left unposted: at the first look everything, later what nobody posted for a minute. */
export async function postLeft(options: OutboxOptions, memory: Memory, issue?: number): Promise<void> {
  const first = memory.waiting === undefined;
  const waiting = memory.waiting ?? new Map<number, number>();
  memory.waiting = waiting;
  const now = options.clock.monotonic();
  const left = await options.store.outbox();
  for (const comment of waiting.keys()) if (!left.some((one) => one.comment === comment)) waiting.delete(comment);
  for (const one of left) {
    const since = waiting.get(one.comment) ?? (first ? Number.NEGATIVE_INFINITY : now);
    waiting.set(one.comment, since);
    if (now - since >= patience && (issue === undefined || issue === one.issue)) await tryToPost(options, one);
  }
}

/** One that cannot be posted keeps nobody waiting; where its issue is gone it goes too. */
async function tryToPost(options: OutboxOptions, answered: Answered): Promise<void> {
  try {
    await post(options, answered);
  } catch (error) {
    const isGone = error instanceof CoppiceError && error.code === "forge-not-found";
    if (isGone) await takeOff(options, answered);
    else options.log.warn({ ...answered, error: String(error) }, "An answer could not be posted and is tried again");
  }
}

/** Posts a decided answer unless it is in the thread already, and takes it off the outbox. */
export async function post({ forge, store }: OutboxOptions, { issue, comment, since }: Answered): Promise<void> {
  const text = await store.file(issue, answerPath(issue, comment).slice(planFolder(issue).length + 1));
  if (text === undefined) return;
  await giveOnce(forge, { issue, comment, since }, text);
  await takeOff({ store }, { issue, comment });
}

function takeOff({ store }: Pick<OutboxOptions, "store">, { issue, comment }: Answered): Promise<void> {
  return store.editMarked(issue, () => ({ answer: undefined, outbox: { comment, text: null } }));
}

/** Creating cannot be conditional: look, create, look again; of several answers of ours to one comment the oldest stays. */
export async function giveOnce(
  { comments, botLogin }: InboxOptions["forge"],
  { issue, comment, since }: Answered,
  text: string,
): Promise<void> {
  // What was read with the command will do: whoever answered since is found by the look after.
  const before = await comments.ofIssue(issue, since, { within: 10_000 });
  const isThere = before.some(({ author, body }) => author === botLogin && findAnswerMarker(body) === comment);
  if (!isThere) await comments.create(issue, answerBody(comment, text));
  await removeDoubles({ comments, botLogin }, isThere ? before : await comments.ofIssue(issue, since));
}

/** Of several answers of ours to one comment the oldest stays; two hubs that see them remove the same ones. */
export async function removeDoubles(
  { comments, botLogin }: Pick<InboxOptions["forge"], "comments" | "botLogin">,
  listed: readonly CommentView[],
): Promise<void> {
  const answered = new Set<number>();
  for (const { id, author, body } of [...listed].sort((one, other) => one.id - other.id)) {
    const comment = author === botLogin ? findAnswerMarker(body) : undefined;
    if (comment === undefined) continue;
    if (answered.has(comment)) await comments.remove(id);
    answered.add(comment);
  }
}

function answerBody(comment: number, text: string): string {
  return `${formatAnswerMarker(comment)}\n${text}`.slice(0, maxBodyLength);
}
