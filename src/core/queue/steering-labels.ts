import type { Steered, TaskSteering } from "../plan/steering.ts";
import type { TaskSteeringCommand } from "../plan/steering-change.ts";
import { steerTask } from "../plan/steering-change.ts";
import type { PlannedTask, TaskKey } from "../task/task.ts";
import { priorities } from "../task/task.ts";
import { agentLabel, pausedLabel, steeringLabelsOf } from "./labels.ts";

/** That somebody put a label on an issue, or took it off. */
export interface LabelAct {
  readonly label: string;
  readonly added: boolean;
  readonly by: string;
  /** An app's act, ours included: apps do not command by labels. */
  readonly byApp: boolean;
  /** ISO 8601, GitHub's clock. */
  readonly at: string;
}

/** What a task's labels can say, each apart. */
const facets = {
  pause: (label: string) => label === pausedLabel,
  priority: (label: string) => label.startsWith("priority:"),
  agent: (label: string) => label.startsWith("agent:"),
} as const;
type Facet = keyof typeof facets;
const facetNames = ["pause", "priority", "agent"] as const satisfies readonly Facet[];

/** Labels and what the record says differ: one of the two is to follow the other. */
export function differingFacets(labels: readonly string[], wanted: readonly string[]): readonly Facet[] {
  // Thousands of tasks are looked at, and hardly one differs.
  const isSame =
    wanted.every((label) => labels.includes(label)) &&
    labels.every((label) => wanted.includes(label) || !isSteering(small(label)));
  if (isSame) return [];
  return facetNames.filter((facet) => {
    const [are, should] = [labels, wanted].map((all) => said(all.map(small).filter(facets[facet])));
    return are !== should;
  });
}

/** Normal priority goes without saying. */
function said(labels: readonly string[]): string {
  return labels
    .filter((label) => label !== "priority:normal")
    .sort()
    .join("\n");
}

export interface LabelsRequest {
  readonly task: PlannedTask;
  readonly steering: TaskSteering;
  readonly labels: readonly string[];
  /** Everything done with this labels, oldest first. */
  readonly acts: readonly LabelAct[];
  readonly mayWrite: (login: string) => boolean;
  /** Names that exist: what is no specialist is an agent, whether or not a worker has it now. */
  readonly specialists: readonly string[];
  readonly agents: readonly string[];
}

/** What the record takes over, who wanted it, and what the labels are to become. */
export interface LabelsVerdict {
  readonly steering: TaskSteering;
  /** The commands that labels were, for the ledger's message; empty where the record stays as it is. */
  readonly commands: readonly { readonly command: TaskSteeringCommand; readonly who: Steered }[];
  readonly add: readonly string[];
  readonly remove: readonly string[];
  /** Something is put back that was set, or was lost, since the record had its say: it may well be set again. */
  readonly contested: boolean;
}

/** People who asked for an act that still counts: whoever may decides whether it is a command. */
export function commanders(request: Pick<LabelsRequest, "task" | "steering" | "labels" | "acts">): readonly string[] {
  return [...new Set(wishes(request).map(({ act }) => act.by))];
}

/** Labels set later than the record's word by somebody who may write are commands; everything else is put back. */
export function judgeLabels(request: LabelsRequest): LabelsVerdict {
  const { task, labels, mayWrite } = request;
  const commands = wishes(request).flatMap(({ facet, act }) => {
    const command = mayWrite(act.by) ? commandOf(facet, request) : undefined;
    return command === undefined ? [] : [{ command, who: { by: act.by, at: act.at } }];
  });
  const steering = commands.reduce(
    (before, { command, who }) => steerTask(before, command, { who, planned: task, epoch: 0, running: false }),
    request.steering,
  );
  const contested = commands.length === 0 && isContested(request);
  return { steering, commands, ...changesTo(labels, steeringLabelsOf(task, steering)), contested };
}

function isContested({ task, steering, labels, acts }: LabelsRequest): boolean {
  return differingFacets(labels, steeringLabelsOf(task, steering)).some((facet) => {
    const act = newestOf(facet, acts);
    const told = decidedAt(facet, steering);
    return act === undefined ? told === Number.NEGATIVE_INFINITY : Date.parse(act.at) > told;
  });
}

function newestOf(facet: Facet, acts: readonly LabelAct[]): LabelAct | undefined {
  return acts.findLast(({ label }) => facets[facet](small(label)));
}

/** Whether acts explain the labels that are there: a forge may show the one a moment before the other. */
export function isExplained(labels: readonly string[], acts: readonly LabelAct[]): boolean {
  const there = new Set(labels.map(small).filter(isSteering));
  const last = new Map(
    acts.filter(({ label }) => isSteering(small(label))).map((act) => [small(act.label), act.added]),
  );
  return (
    [...there].every((label) => last.get(label) === true) &&
    [...last].every(([label, added]) => there.has(label) === added)
  );
}

function isSteering(label: string): boolean {
  return facetNames.some((facet) => facets[facet](label));
}

interface Wish {
  readonly facet: Facet;
  readonly act: LabelAct;
}

/**
 * The newest act of every facet that differs, where it is a person's and newer than what the record says. One that the
 * labels do not show came after they were read, and the next look sees what it led to: theirs is no word of this person.
 */
function wishes({
  task,
  steering,
  labels,
  acts,
}: Pick<LabelsRequest, "task" | "steering" | "labels" | "acts">): readonly Wish[] {
  const wanted = steeringLabelsOf(task, steering);
  const there = new Set(labels.map(small));
  return differingFacets(labels, wanted).flatMap((facet) => {
    const act = newestOf(facet, acts);
    if (act === undefined || act.byApp || there.has(small(act.label)) !== act.added) return [];
    return Date.parse(act.at) <= decidedAt(facet, steering) ? [] : [{ facet, act }];
  });
}

/** When the record was last told, milliseconds since 1970. */
function decidedAt(facet: Facet, { paused, resumed, retried, prioritised, assigned }: TaskSteering): number {
  const told = { pause: [paused, resumed, retried], priority: [prioritised], agent: [assigned] }[facet];
  return Math.max(Number.NEGATIVE_INFINITY, ...told.flatMap((one) => (one === undefined ? [] : [Date.parse(one.at)])));
}

function commandOf(facet: Facet, request: LabelsRequest): TaskSteeringCommand | undefined {
  const { key } = request.task;
  switch (facet) {
    case "pause":
      return { kind: request.labels.some((label) => facets.pause(small(label))) ? "pause" : "resume", key };
    case "priority":
      return priorityOf(key, request);
    case "agent":
      return assignmentOf(key, request);
  }
}

/** The newest of several; none at all is normal priority. */
function priorityOf(key: TaskKey, { labels, acts }: LabelsRequest): TaskSteeringCommand | undefined {
  const there = newestFirst(labels, acts).filter(facets.priority);
  if (there.length === 0) return { kind: "priority", key, priority: "normal" };
  const priority = priorities.find((one) => there[0] === `priority:${one}`);
  return priority === undefined ? undefined : { kind: "priority", key, priority };
}

/** A name that is new on the issue; where only the agent's was taken off, the operator's choice again. */
function assignmentOf(
  key: TaskKey,
  { task, steering, labels, acts, specialists, agents }: LabelsRequest,
): TaskSteeringCommand | undefined {
  const wanted = new Set(steeringLabelsOf(task, steering).map(small));
  const fresh = newestFirst(labels, acts).find((label) => facets.agent(label) && !wanted.has(label));
  if (fresh === undefined) {
    const isGone = steering.agent !== undefined && !labels.map(small).includes(small(agentLabel(steering.agent)));
    return isGone ? { kind: "assign", key, agent: null } : undefined;
  }
  const named = (names: readonly string[]) => names.find((name) => small(agentLabel(name)) === fresh);
  const [specialist, agent] = [named(specialists), named(agents)];
  if (specialist !== undefined) return { kind: "assign", key, specialist };
  // One that no worker here has may be another hub's: it is taken at its word.
  const name =
    agent ??
    labels
      .find((label) => small(label) === fresh)
      ?.slice("agent:".length)
      .trim();
  return name === undefined || name === "" ? undefined : { kind: "assign", key, agent: name };
}

/** The labels that are there, those set last first, in small letters as GitHub compares them. */
function newestFirst(labels: readonly string[], acts: readonly LabelAct[]): readonly string[] {
  const setAt = (label: string) => acts.findLastIndex((act) => act.added && small(act.label) === label);
  return labels.map(small).sort((one, other) => setAt(other) - setAt(one));
}

function changesTo(labels: readonly string[], wanted: readonly string[]) {
  const there = new Set(labels.map(small));
  const should = new Set(wanted.map(small));
  // Nobody is bothered for a label that says what goes without saying.
  const isLeft = (label: string) => label === "priority:normal" && !wanted.some(facets.priority);
  return {
    add: wanted.filter((label) => !there.has(small(label))),
    remove: labels.filter((label) => isSteering(small(label)) && !should.has(small(label)) && !isLeft(small(label))),
  };
}

function small(label: string): string {
  return label.toLowerCase();
}
