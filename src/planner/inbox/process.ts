import type { PlanState } from "../../core/plan/plan.ts";
import type { CommentView } from "../../ports/forge/comments.ts";
import type { IssueDetail } from "../../ports/forge/issues.ts";
import type { PermissionLevel } from "../../ports/forge/permissions.ts";
import { permissionLevels } from "../../ports/forge/permissions.ts";
import type { Command } from "../../wire/commands/command.ts";
import { quote } from "../../wire/commands/command.ts";
import type { CommandLine } from "../../wire/commands/parse-commands.ts";
import { changesPlan, parseCommands } from "../../wire/commands/parse-commands.ts";
import { verbs } from "../../wire/commands/registry.ts";
import type { Marks } from "../../wire/marks-yaml.ts";
import { answerTo, giveAnswer } from "./answer.ts";
import type { Outcome } from "./carry-out.ts";
import { approvePlan, editPlan } from "./carry-out.ts";
import { isApplied, withApplied } from "./marks.ts";
import type { InboxOptions } from "./options.ts";
import { prepare } from "./prepare.ts";
import { shownPlan } from "./shown-plan.ts";

/** One comment and what surrounds it. */
export interface Letter {
  readonly comment: CommentView;
  /** The thread's comments as just listed: an answer of ours among them is not given again. */
  readonly thread: readonly CommentView[];
  readonly marks: Marks;
}

/** Deals with one comment: nothing, a reaction, an answer, or a change of the plan. Throws what is worth another try. */
export async function processComment(options: InboxOptions, letter: Letter): Promise<void> {
  const { comment } = letter;
  const prefixed = (await options.policy()).commands === "prefixed";
  const found = parseCommands(comment.body, { prefixed });
  if (found.length === 0) return;
  // What people write answers what they see: another hub may have changed the plan a moment ago.
  options.store.doubt();
  if (isApplied(await options.store.marks(), comment)) return;
  const state = await options.store.load(comment.issue);
  const lines = state === undefined ? found.filter((line) => line.kind !== "near") : found;
  if (lines.length === 0 || wasCarriedOut(state, comment)) return;
  const issue = await options.forge.issues.get(comment.issue);
  // Commands on pull requests are the review loop's.
  if (issue === undefined) return;
  if (!mayCommand(await options.forge.permissions.of(comment.author))) {
    await options.forge.comments.react(comment.id, "confused");
    return;
  }
  if (comment.updatedAt !== comment.createdAt) return refuse(options, letter, edited);
  await obey(options, letter, { issue, lines, state, prefixed });
}

/** Tells the author that it failed after several tries; throws, and so waits on, while it is unknown who may be told. */
export async function giveUp(options: InboxOptions, letter: Letter, reason: string): Promise<void> {
  if (!mayCommand(await options.forge.permissions.of(letter.comment.author))) return;
  await refuse(options, letter, `${reason}. Nothing was changed; write the command again when that is mended`);
}

const edited = "an edited comment is not read as a command; write it again as a new comment";

export function mayCommand(level: PermissionLevel): boolean {
  return permissionLevels.indexOf(level) >= permissionLevels.indexOf("write");
}

interface Orders {
  readonly issue: IssueDetail;
  readonly lines: readonly CommandLine[];
  readonly state: PlanState | undefined;
  readonly prefixed: boolean;
}

async function obey(options: InboxOptions, letter: Letter, orders: Orders): Promise<void> {
  const commands: Command[] = [];
  for (const line of orders.lines) {
    if (line.kind === "refused") return refuse(options, letter, about(line.text, line.reason, orders));
    if (line.kind === "near") return refuse(options, letter, about(line.text, `did you mean /${line.verb}?`, orders));
    commands.push(line.command);
  }
  const approval = commands.find((command) => command.verb === "approve");
  if (approval !== undefined && changesPlan(commands)) {
    return refuse(
      options,
      letter,
      "an approval cannot stand beside commands that change the plan; write it in a comment of its own once you have read the result",
    );
  }
  const outcome =
    approval === undefined
      ? await change(options, letter, { ...orders, commands })
      : await approveIt(options, letter, { ...orders, approval });
  if (outcome?.kind === "refused") return refuse(options, letter, outcome.reason);
  if (outcome?.kind === "already") return;
  const around = { ...orders, comment: letter.comment };
  const answers = await Promise.all(commands.map((command) => answerTo(command, options, around)));
  const text = answers.filter((answer) => answer !== undefined).join("\n\n");
  await finish(options, letter, { changed: outcome !== undefined, text });
}

/** Undefined when no command of the comment changes anything. */
async function change(
  options: InboxOptions,
  { comment, marks }: Letter,
  { issue, state, commands, lines }: Orders & { readonly commands: readonly Command[] },
): Promise<Outcome | undefined> {
  if (!changesPlan(commands)) return undefined;
  const { planner, signal, forge } = options;
  if (commands.some(({ verb }) => verb === "plan")) await forge.comments.react(comment.id, "eyes");
  const trusted = issue.author === comment.author || mayCommand(await forge.permissions.of(issue.author));
  const prepared = await prepare(state, commands, { planner, issue, trusted, signal, botLogin: forge.botLogin });
  if (prepared.kind === "refused") {
    return { kind: "refused", reason: about(lines[prepared.at]?.text ?? "", prepared.reason, { lines }) };
  }
  const by = prepared.planned ? planner.name : undefined;
  const whole = { comment, commands: prepared.commands, usage: prepared.usage, planner: by };
  return options.store.editMarked(comment.issue, editPlan(whole, marks));
}

async function approveIt(
  { store, forge }: InboxOptions,
  { comment, marks }: Letter,
  { state, approval }: Orders & { readonly approval: Extract<Command, { verb: "approve" }> },
): Promise<Outcome> {
  const shown = approval.revision === undefined && state !== undefined ? await shownPlan(forge, state) : undefined;
  return store.editMarked(comment.issue, approvePlan(comment, { revision: approval.revision, shown }, marks));
}

/** A change is committed with its mark already; a mere answer is given first and noted after, so that it is never lost. */
async function finish(
  options: InboxOptions,
  letter: Letter,
  { changed, text }: { changed: boolean; text: string },
): Promise<void> {
  if (changed) options.wake(letter.comment.issue);
  await giveAnswer(options, letter, text);
  await options.forge.comments.react(letter.comment.id, "+1");
  if (!changed) await note(options, letter);
}

async function refuse(options: InboxOptions, letter: Letter, reason: string): Promise<void> {
  const prefixed = (await options.policy()).commands === "prefixed";
  await giveAnswer(options, letter, `Not done: ${prefixed ? inOwnForm(reason) : reason}.`.replace(/([.?!])\.$/, "$1"));
  await options.forge.comments.react(letter.comment.id, "confused");
  await note(options, letter);
}

async function note({ store }: InboxOptions, { comment, marks }: Letter): Promise<void> {
  await store.moveMarks((stored) => withApplied(stored ?? marks, comment));
}

/** Which line is meant, where there are several, and that none was carried out. */
function about(text: string, reason: string, { lines }: Pick<Orders, "lines">): string {
  return lines.length < 2 ? reason : `\`${quote(text)}\`: ${reason}; nothing in this comment was carried out`;
}

/** Where only `/coppice <verb>` counts, advice is given in that form; what people wrote stands in code and stays. */
function inOwnForm(reason: string): string {
  return reason.replace(new RegExp(`(?<![\`\\w/])/(?=(?:${verbs.join("|")})\\b)`, "g"), "/coppice ");
}

/** An old command whose comment was edited later is not asked for again. */
function wasCarriedOut(state: PlanState | undefined, { id }: CommentView): boolean {
  const status = state?.record.status;
  const approvedBy = status?.kind === "approved" || status?.kind === "done" ? status.approval.comment : undefined;
  return approvedBy === id || (state?.record.revisions.some(({ comment }) => comment === id) ?? false);
}
