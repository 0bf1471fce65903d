import type { Effect, EffectKind } from "../core/queue/effects.ts";
import type { Snapshot, TaskSnapshot } from "../core/queue/snapshot.ts";
import type { TaskKey } from "../core/task/task.ts";
import { visibleText } from "../wire/visible-text.ts";
import type { EffectOf } from "./perform/performer.ts";

/** What an effect would do, a line for each thing it acts on: as it would be said after "would". */
export function effectLines(effect: Effect, snapshot: Snapshot): readonly string[] {
  return wordsOf(effect, namesOf(snapshot));
}

/** One line, without what cannot be seen, at most `limit` characters: people, models and agents wrote it. */
export function oneLine(text: string, limit = 200): string {
  const flat = visibleText(text).replace(/\s+/g, " ").trim();
  return flat.length <= limit ? flat : `${flat.slice(0, limit - 1)}…`;
}

interface Names {
  /** The plan's issue, `#12`. */
  readonly plan: string;
  /** `T2 (#14)`, or `T2` where it has no issue yet. */
  task(key: TaskKey): string;
  /** The task's own words. */
  title(key: TaskKey): string;
  /** The same by its issue. */
  issue(number: number): string;
}

type Words<Kind extends EffectKind> = (effect: EffectOf<Kind>, names: Names) => readonly string[];

/** Every kind of effect in words: one without a row does not compile. */
const words: { readonly [Kind in EffectKind]: Words<Kind> } = {
  "stop-run": ({ task, run, reason }, at) => [`stop the run ${run} of ${at.task(task)}: ${oneLine(reason)}`],
  "ensure-labels": ({ names }) => [`make the labels that are missing of: ${names.join(", ")}`],
  "create-phases": ({ phases }, at) => phases.map((phase) => `open an issue under ${at.plan} for the phase ${phase}`),
  "record-phases": ({ phases }) =>
    phases.map(({ name, issue }) => `write into the ledger that #${issue.number} is the issue of the phase ${name}`),
  "close-phases": ({ phases, reason }) =>
    phases.map(({ name, number }) => `close #${number} of the phase ${name} as ${reason.replace("_", " ")}`),
  "create-task-issues": ({ tasks, phase }, at) =>
    tasks.map((key) => `open an issue under ${phase ?? at.plan} for ${key} "${at.title(key)}"`),
  "record-issues": ({ issues }) =>
    issues.map(({ key, issue }) => `write into the ledger that #${issue.number} is the issue of ${key}`),
  "close-strays": ({ issues }) => issues.map((number) => `close #${number} as not planned: it is there twice`),
  "close-given-up": ({ issues }, at) =>
    issues.map((number) => `close ${at.issue(number)} as not planned: nobody wants it any more`),
  "catch-up": ({ catchUp: { rewrite, unlink } }, at) => [
    ...rewrite.map((key) => `write the issue of ${at.task(key)} anew, as it was approved`),
    ...unlink.map(({ blocked, blocking }) => `take away that ${at.task(blocked)} waits for ${at.task(blocking)}`),
  ],
  "add-blockers": ({ edges }, at) =>
    edges.map(({ blocked, blocking }) => `mark ${at.issue(blocked.number)} as blocked by ${at.issue(blocking.number)}`),
  "fold-results": ({ results }, at) =>
    results.map(({ task, epoch }) => `write the result of ${at.task(task)}, attempt ${epoch}, into the ledger`),
  "open-pull": ({ task, lease }, at) => [`open a pull request for ${at.task(task)} from ${lease.lease.branch}`],
  "release-lease": ({ task, failure }, at) => [
    `set the lease of ${at.task(task)} free${failure === undefined ? "" : `: ${oneLine(failure.message)}`}`,
  ],
  "merge-pull": ({ task, pull, head }, at) => [
    `merge the pull request #${pull} of ${at.task(task)} at ${head.slice(0, 7)}`,
  ],
  "close-task": ({ task }, at) => [`close ${at.task(task)} as completed`],
  "remove-leases": ({ leases }, at) =>
    leases.map(
      ({ task, branch }) =>
        `delete the lease of ${at.task(task)}${branch === undefined ? "" : ` and its branch ${branch.name}`}`,
    ),
  "heed-labels": ({ tasks }, at) =>
    tasks.map((key) => `ask who changed the steering labels of ${at.task(key)}, then heed them or put them back`),
  "change-labels": ({ changes }, at) =>
    changes.map(({ task, add, remove }) => `change the labels of ${at.task(task)}: ${labelWords(add, remove)}`),
  "render-plan": ({ comment }, at) => [
    comment === undefined ? `post the plan comment on ${at.plan}` : `bring the plan comment on ${at.plan} up to date`,
  ],
  "remove-twins": ({ remove }, at) => [
    remove.length === 1
      ? `delete a second plan comment on ${at.plan}`
      : `delete ${remove.length} further plan comments on ${at.plan}`,
  ],
  "tell-budget": ({ line }, at) => [`say on ${at.plan} that a budget is spent: ${oneLine(line)}`],
  "tell-stuck": ({ failed }, at) => [
    `say on ${at.plan} that nothing goes on by itself: ${oneLine(failed.map(({ key }) => at.task(key)).join(", "))} failed`,
  ],
  "finish-plan": (_, at) => [`post the summary on ${at.plan}, close it, and write into the ledger that it is done`],
};

function wordsOf<Kind extends EffectKind>(effect: Extract<Effect, { kind: Kind }>, names: Names): readonly string[] {
  const say: Words<Kind> = words[effect.kind];
  return say(effect, names);
}

function labelWords(add: readonly string[], remove: readonly string[]): string {
  return [...add.map((name) => `+${name}`), ...remove.map((name) => `-${name}`)].join(" ");
}

function namesOf({ state, tasks, former = [] }: Snapshot): Names {
  const all = [...tasks, ...former];
  const byKey = new Map(all.map((at) => [at.task.key, at]));
  const byIssue = new Map(all.flatMap((at) => (at.issue === undefined ? [] : [[at.issue.number, at] as const])));
  const name = (key: TaskKey, issue: TaskSnapshot["issue"]) =>
    issue === undefined ? key : `${key} (#${issue.number})`;
  return {
    plan: `#${state.record.issue}`,
    task: (key) => name(key, byKey.get(key)?.issue),
    title: (key) => oneLine(byKey.get(key)?.task.title ?? "", 80),
    issue(number) {
      const found = byIssue.get(number);
      return found === undefined ? `#${number}` : name(found.task.key, found.issue);
    },
  };
}
