import { CoppiceError, isDiskFull } from "../core/errors.ts";
import type { Oid } from "../core/repository.ts";
import type { AgentResults, ChangedFile, DiffLimits, Workspace } from "../ports/workspaces.ts";
import type { Attempt } from "./attempt.ts";
import type { StepFailure } from "./failure.ts";
import { failed } from "./failure.ts";
import { diffLimits, judgeDiff } from "./policy.ts";
import { findSecret } from "./secrets.ts";

/** What an agent left, committed by us. */
export interface Change {
  readonly kind: "change";
  readonly head: Oid;
  readonly files: readonly ChangedFile[];
  readonly results: AgentResults;
}

/** Reads what the agent left, judges it, and commits it as the bot. */
export async function collect(run: Attempt, workspace: Workspace): Promise<Change | StepFailure> {
  const { options } = run;
  const changes = await workspace.changes(diffLimits);
  if (changes.kind === "unchanged") return failed("no-change", "the agent changed no file");
  if (changes.kind !== "changed") return failed("policy", changes.message);
  const results = await workspace.results();
  const refusal = judgeDiff(changes.files, options.secrets()) ?? judgeResults(results, options.secrets());
  const head = await commit(run, workspace, changes.tree);
  run.commit = { oid: head, clean: refusal === undefined };
  if (refusal) return failed("policy", refusal);
  return { kind: "change", head, files: changes.files, results };
}

/** What is beyond these is too much to be kept of work that was refused. */
const keptLimits: DiffLimits = { files: 1_000, bytes: 16 * 1024 * 1024 };

/** Commits what was refused for its size, to be kept here and pushed nowhere, if there is room. Throws where it holds what no commit can. */
export async function collectRefused(run: Attempt, workspace: Workspace): Promise<void> {
  const changes = await workspace.changes(keptLimits).catch(noRoom);
  if (changes?.kind === "odd-path") throw new CoppiceError("git-failed", changes.message);
  if (changes?.kind !== "changed") return;
  const oid = await commit(run, workspace, changes.tree).catch(noRoom);
  if (oid !== undefined) run.commit = { oid, clean: false };
}

/** It may be what fills the disk: a worktree left there would keep every other run from its work. */
function noRoom(error: unknown): undefined {
  if (!isDiskFull(error)) throw error;
}

function commit({ offer }: Attempt, workspace: Workspace, tree: Oid): Promise<Oid> {
  const message = `${offer.task.title}\n\n${offer.task.key} of #${offer.plan}, issue #${offer.issue}\n`;
  return workspace.commit({ tree, message, author: offer.author });
}

function judgeResults(results: AgentResults, secrets: readonly string[]): string | undefined {
  for (const [name, text] of [["result.md", results.result ?? ""] as const, ...results.artifacts]) {
    const found = findSecret(text, secrets);
    if (found) return `.coppice/out/${name}: holds ${found}`;
  }
  return undefined;
}
