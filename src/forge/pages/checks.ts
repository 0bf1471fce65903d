import { type CommitContext, contextsOf } from "../domain/check-rollup.ts";
import { isCurrent } from "../domain/measure-pull.ts";
import { missingChecks } from "../domain/required-checks.ts";
import type { Pull } from "../model/pull.ts";
import type { Repository } from "../model/repository.ts";
import type { Site } from "../site.ts";
import { type Html, html, raw } from "./html.ts";
import { type IconName, icon } from "./icons.ts";
import { renderMarkdown } from "./markdown.ts";
import { ago } from "./time.ts";

/** What was reported about a pull request's head, and whether it can be merged. */
export function checksSection(site: Site, repository: Repository, pull: Pull): Html {
  const contexts = contextsOf(site, repository.id, pull.head.oid);
  const list =
    contexts.length === 0 ? "" : html`<ul class="rows checks">${contexts.map((context) => line(context))}</ul>`;
  const head =
    contexts.length === 0
      ? ""
      : html`<header><h2>Checks</h2><span class="muted">on <span class="oid">${pull.head.oid.slice(0, 7)}</span></span></header>`;
  return html`<section class="card">${head}${list}${verdict(site, repository, pull)}</section>`;
}

type Tone = "good" | "bad" | "busy" | "idle";

const tones: Readonly<Record<CommitContext["state"], { tone: Tone; icon: IconName }>> = {
  error: { tone: "bad", icon: "cross" },
  failure: { tone: "bad", icon: "cross" },
  pending: { tone: "busy", icon: "pending" },
  success: { tone: "good", icon: "check" },
};

function line({ name, state, source }: CommitContext): Html {
  const { tone, icon: drawing } = tones[state];
  const said =
    source.kind === "check" ? source.run.output : { title: source.status.description, summary: null, text: null };
  const word = source.kind === "check" ? (source.run.conclusion ?? source.run.status).replaceAll("_", " ") : state;
  const details = [said.summary, said.text].filter((text) => text !== null && text !== "").join("\n\n");
  const more =
    details === ""
      ? ""
      : html`<details><summary class="muted small">Details</summary><div class="markdown">${raw(renderMarkdown(details, { repository: "" }))}</div></details>`;
  return html`<li><span class="tone check-${tone}">${icon(drawing)}</span><div class="grow"><strong>${name}</strong> <span class="muted">${said.title ?? ""}</span>${more}</div><span class="pill check-${tone}">${word}</span></li>`;
}

function verdict(site: Site, repository: Repository, pull: Pull): Html {
  const { tone, drawing, title, text } = judge(site, repository, pull);
  return html`<div class="merge"><span class="tone ${tone}">${icon(drawing)}</span><div><strong>${title}</strong><span class="muted">${text}</span></div></div>`;
}

interface Verdict {
  readonly tone: string;
  readonly drawing: IconName;
  readonly title: string;
  readonly text: Html | string;
}

function judge(site: Site, repository: Repository, pull: Pull): Verdict {
  const { mergeability, merged, mergedAt, mergeCommitOid } = pull;
  if (merged) {
    const by = site.store.accounts.get(pull.mergedById ?? 0)?.login ?? "somebody";
    const text = html`by ${by} ${ago(mergedAt ?? repository.updatedAt)} as <span class="oid">${mergeCommitOid?.slice(0, 7) ?? ""}</span>`;
    return { tone: "thread-merged", drawing: "merged", title: "Merged", text };
  }
  if (site.store.issues.get(pull.issueId)?.state === "closed")
    return { tone: "thread-shut", drawing: "cross", title: "Closed without merging", text: "" };
  if (!isCurrent(pull, mergeability))
    return { tone: "check-busy", drawing: "pending", title: "Not known yet", text: "The merge has not been tried." };
  if (mergeability?.clean !== true) {
    const text = html`These files conflict with ${pull.base.ref}: ${mergeability?.conflicts.join(", ")}`;
    return { tone: "check-bad", drawing: "cross", title: "Cannot be merged", text };
  }
  if (pull.draft)
    return { tone: "check-idle", drawing: "draft", title: "A draft", text: "It says itself that it is not ready." };
  const missing = missingChecks(site, { repositoryId: repository.id, branch: pull.base.ref, oid: pull.head.oid });
  if (missing.length > 0)
    return { tone: "check-busy", drawing: "pending", title: "Waiting for required checks", text: missing.join(", ") };
  return {
    tone: "check-good",
    drawing: "check",
    title: "Can be merged",
    text: `There are no conflicts with ${pull.base.ref}.`,
  };
}
