import type { Approval, ForeignCommit, PlanState } from "../core/plan/plan.ts";
import type { Policy } from "../core/queue/policy.ts";
import type { Clock } from "../ports/clock.ts";
import { botIdentity, personIdentity, verdict } from "../wire/commands/who-may.ts";
import type { ReadingForge } from "./ports.ts";

/** How long an approval that held is taken to hold, milliseconds: then a deleted comment or a lost permission is noticed. */
const trusted = 300_000;

interface Check {
  readonly ports: {
    readonly forge: Pick<ReadingForge, "botLogin" | "comments" | "issues" | "permissions">;
  };
  readonly state: PlanState;
  readonly policy: Pick<Policy, "bots" | "commands">;
}

interface ApprovedPlan extends Check {
  readonly approval: Approval;
  /** What to write to go on. */
  readonly again: string;
}

interface Asked {
  readonly approval: string;
  readonly problem: string | undefined;
  /** On the monotonic clock, milliseconds. */
  readonly at: number;
}

/**
 * Whether what a plan rests on still holds: its text, the comment that approved it, and its author's permission. Each
 * approval is asked about once in five minutes while it holds, and again after `doubt` while it does not.
 */
export class Approvals {
  readonly #clock: Pick<Clock, "monotonic">;
  readonly #asked = new Map<number, Asked>();

  constructor(clock: Pick<Clock, "monotonic">) {
    this.#clock = clock;
  }

  /** Why nothing of an approved plan may start or be merged, and what to do, one line; undefined when all is well. */
  async problem(check: Check): Promise<string | undefined> {
    const { record } = check.state;
    if (record.status.kind !== "approved") return undefined;
    const { approval } = record.status;
    const verb = check.policy.commands === "prefixed" ? "/coppice approve" : "/approve";
    const plan = { ...check, approval, again: `${verb} r${approval.revision}` };
    return textProblem(plan) ?? (await this.#askOnce(plan));
  }

  /** Those that did not hold are asked about again. */
  doubt(): void {
    for (const [plan, { problem }] of this.#asked) if (problem !== undefined) this.#asked.delete(plan);
  }

  forget(plan: number): void {
    this.#asked.delete(plan);
  }

  async #askOnce(plan: ApprovedPlan): Promise<string | undefined> {
    const { issue } = plan.state.record;
    const approval = JSON.stringify([plan.approval, plan.policy.bots]);
    const asked = this.#asked.get(issue);
    const at = this.#clock.monotonic();
    if (asked?.approval === approval && (asked.problem !== undefined || at - asked.at < trusted)) return asked.problem;
    const problem = (await commentProblem(plan)) ?? (await permissionProblem(plan));
    this.#asked.set(issue, { approval, problem, at });
    return problem;
  }
}

/** Names the commit and who it says made it, for people to look at. */
export function foreignLine({ commit, author }: ForeignCommit): string {
  return `ledger commit ${commit.slice(0, 7)} by ${author} changed this plan`;
}

/** Told by the ledger alone. */
function textProblem({ state, approval, again }: ApprovedPlan): string | undefined {
  const { foreign } = state;
  if (foreign !== undefined) return `${foreignLine(foreign)}; look at it, then ${again} again`;
  if (state.hash === approval.hash) return undefined;
  return `plan.yaml is not what ${approval.by} approved; look at it, then ${again}`;
}

async function commentProblem({ ports, state, approval, again }: ApprovedPlan): Promise<string | undefined> {
  const { comments, issues } = ports.forge;
  const { issue } = state.record;
  const comment = await comments.get(approval.comment, { within: 10_000 });
  if (comment === undefined || comment.issue !== issue) {
    return `the comment by which ${approval.by} approved this plan is gone; ${again} to go on`;
  }
  if (comment.author.toLowerCase() !== approval.by.toLowerCase()) {
    return `the comment that approved this plan is by ${comment.author} and not by ${approval.by}; ${again} to go on`;
  }
  if (comment.updatedAt === comment.createdAt) return undefined;
  // Other things than edits may move that time.
  const commanded = await issues.getCommanded(issue, comment);
  if (commanded !== undefined && commanded.commentEditedAt === undefined) return undefined;
  return `the comment by which ${approval.by} approved this plan was edited; ${again} to go on`;
}

async function permissionProblem({ ports, policy, approval, again }: ApprovedPlan): Promise<string | undefined> {
  const { botLogin, permissions } = ports.forge;
  const bot = botIdentity(approval.by, { botLogin, bots: policy.bots });
  const identity = bot ?? personIdentity(await permissions.of(approval.by));
  if (verdict("write", identity, "created") === "obeyed") return undefined;
  return `${approval.by}, who approved this plan, may no longer write here; somebody who may has to ${again}`;
}
