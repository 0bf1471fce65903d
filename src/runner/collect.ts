import type { Oid } from "../core/repository.ts";
import type { AgentResults, ChangedFile, Workspace } from "../ports/workspaces.ts";
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
  const { offer, options } = run;
  const changes = await workspace.changes(diffLimits);
  if (changes.kind === "unchanged") return failed("no-change", "the agent changed no file");
  if (changes.kind !== "changed") return failed("policy", changes.message);
  const results = await workspace.results();
  const refusal = judgeDiff(changes.files, options.secrets()) ?? judgeResults(results, options.secrets());
  const message = `${offer.task.title}\n\n${offer.task.key} of #${offer.plan}, issue #${offer.issue}\n`;
  const head = await workspace.commit({ tree: changes.tree, message, author: offer.author });
  run.commit = { oid: head, clean: refusal === undefined };
  if (refusal) return failed("policy", refusal);
  return { kind: "change", head, files: changes.files, results };
}

function judgeResults(results: AgentResults, secrets: readonly string[]): string | undefined {
  for (const [name, text] of [["result.md", results.result ?? ""] as const, ...results.artifacts]) {
    const found = findSecret(text, secrets);
    if (found) return `.coppice/out/${name}: holds ${found}`;
  }
  return undefined;
}
