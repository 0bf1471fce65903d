import type { Issue } from "../model/issue.ts";
import type { Pull } from "../model/pull.ts";
import type { Site } from "../site.ts";
import { type Html, html } from "./html.ts";
import { type IconName, icon } from "./icons.ts";

/** What a thread is at, as people see it. */
export type TaskState = "open" | "queued" | "running" | "review" | "failed" | "paused" | "blocked" | "done" | "dropped";

// Projects mark progress by labels such as `bot:running`; the word after the colon is what a page can colour.
const marked: readonly TaskState[] = ["failed", "running", "review", "queued"];

/** The state of an issue as a task: closed, marked by a label, waiting for others, or simply open. */
export function taskState({ store }: Site, issue: Issue): TaskState {
  if (issue.state === "closed")
    return issue.stateReason === "not_planned" || issue.stateReason === "duplicate" ? "dropped" : "done";
  const words = new Set(issue.labelIds.map((id) => store.labels.get(id)?.name.split(":").at(-1)));
  if (words.has("paused")) return "paused";
  const mark = marked.find((state) => words.has(state));
  const waits = issue.blockedByIds.some((id) => store.issues.get(id)?.state === "open");
  if (waits && (mark === undefined || mark === "queued")) return "blocked";
  return mark ?? "open";
}

const taskWords: Readonly<Record<TaskState, string>> = {
  blocked: "waiting",
  done: "done",
  dropped: "not planned",
  failed: "failed",
  open: "open",
  paused: "paused",
  queued: "queued",
  review: "in review",
  running: "running",
};

export function taskWord(state: TaskState): string {
  return taskWords[state];
}

/** A coloured word for where a task is. */
export function taskPill(state: TaskState, size: "" | "big" = ""): Html {
  return html`<span class="pill ${size} task-${state}">${taskWords[state]}</span>`;
}

/** Kind and state of a thread: what its icon and pill show. */
export interface ThreadState {
  readonly icon: IconName;
  readonly name: "open" | "closed" | "skip" | "draft" | "merged" | "shut";
  readonly word: string;
}

function threadState(issue: Issue, pull: Pull | undefined): ThreadState {
  if (pull !== undefined) {
    if (pull.merged) return { icon: "merged", name: "merged", word: "Merged" };
    if (issue.state === "closed") return { icon: "pull", name: "shut", word: "Closed" };
    return pull.draft ? { icon: "draft", name: "draft", word: "Draft" } : { icon: "pull", name: "open", word: "Open" };
  }
  if (issue.state === "open") return { icon: "open", name: "open", word: "Open" };
  const dropped = issue.stateReason === "not_planned" || issue.stateReason === "duplicate";
  return dropped
    ? { icon: "skip", name: "skip", word: "Not planned" }
    : { icon: "closed", name: "closed", word: "Closed" };
}

/** The big pill below a title. */
export function threadPill(issue: Issue, pull: Pull | undefined): Html {
  const state = threadState(issue, pull);
  return html`<span class="pill big thread-${state.name}">${icon(state.icon)}${state.word}</span>`;
}

/** The icon in front of a row. */
export function threadIcon(issue: Issue, pull: Pull | undefined): Html {
  const state = threadState(issue, pull);
  return html`<span class="thread-icon thread-${state.name}" title="${state.word}">${icon(state.icon)}<span class="unseen">${state.word}</span></span>`;
}
