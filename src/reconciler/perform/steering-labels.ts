import type { PlanState } from "../../core/plan/plan.ts";
import { withTask } from "../../core/plan/steering-change.ts";
import type { TaskLabelChange } from "../../core/queue/effects.ts";
import type { IssueView } from "../../core/queue/snapshot.ts";
import type { LabelAct } from "../../core/queue/steering-labels.ts";
import { commanders, isExplained, judgeLabels } from "../../core/queue/steering-labels.ts";
import type { PlannedTask } from "../../core/task/task.ts";
import { personIdentity, verdict } from "../../wire/commands/who-may.ts";
import { neutraliseLine } from "../../wire/neutralise.ts";
import { changeLabels } from "./labels.ts";
import type { Performer, Scene } from "./performer.ts";
import { planOf, taskOf } from "./performer.ts";

/** Labels that somebody who may write has set since the record was last told go into the record, all in one commit; the others are put back. */
export const heedLabels: Performer<"heed-labels"> = async ({ tasks }, scene) => {
  const asked: Asked[] = [];
  for (const key of tasks) {
    const at = taskOf(scene, key);
    if (at?.issue !== undefined) asked.push(await ask(scene, at.task, at.issue));
  }
  const changes = await settle(scene, asked);
  if (changes.length > 0) await changeLabels({ kind: "change-labels", changes }, scene);
};

interface Asked {
  readonly task: PlannedTask;
  readonly issue: IssueView;
  readonly acts: readonly LabelAct[];
  /** Of those who set labels that may be commands. */
  readonly mayWrite: ReadonlySet<string>;
}

/** Events may show a moment after the labels they made: milliseconds until they are asked for again. */
const pauses = [1_000, 2_000];

async function ask(scene: Scene, task: PlannedTask, issue: IssueView): Promise<Asked> {
  const { forge, clock } = scene.ports;
  let acts = await forge.issues.labelActs(issue.number);
  for (const pause of pauses) {
    if (isExplained(issue.labels, acts)) break;
    await clock.sleep(pause, scene.signal);
    acts = await forge.issues.labelActs(issue.number);
  }
  const steering = steeringOf(scene.snapshot.state, task);
  const mayWrite = new Set<string>();
  for (const login of commanders({ task, steering, labels: issue.labels, acts })) {
    const identity = personIdentity(await forge.permissions.of(login));
    if (verdict("write", identity, "created") === "obeyed") mayWrite.add(login);
  }
  return { task, issue, acts, mayWrite };
}

function steeringOf({ record }: PlanState, { key }: Pick<PlannedTask, "key">) {
  return record.steering?.tasks?.[key] ?? {};
}

/** Decides on the newest record: a command may have come in between. */
async function settle(scene: Scene, asked: readonly Asked[]): Promise<readonly TaskLabelChange[]> {
  const names = { specialists: await specialistNames(scene), agents: agentNames(scene) };
  const plan = planOf(scene);
  return scene.ports.plans.edit(plan, (now) => {
    if (now?.record.status.kind !== "approved") return { answer: [] };
    const { state, changes, said } = asked.reduce((before, one) => heed(before, one, names), heedless(now));
    if (said.length === 0) return { answer: changes };
    const message = neutraliseLine(`Plan #${plan}, by labels: ${said.join("; ")}`, 500);
    return { change: { plan: state.plan, record: state.record, message }, answer: changes };
  });
}

interface Heeded {
  readonly state: PlanState;
  readonly changes: readonly TaskLabelChange[];
  /** What the record took over, in words. */
  readonly said: readonly string[];
}

function heedless(state: PlanState): Heeded {
  return { state, changes: [], said: [] };
}

function heed(
  { state, changes, said }: Heeded,
  { task: { key }, issue, acts, mayWrite }: Asked,
  names: { readonly specialists: readonly string[]; readonly agents: readonly string[] },
): Heeded {
  const task = state.plan.tasks.find((one) => one.key === key);
  if (task === undefined) return { state, changes, said };
  const request = { task, steering: steeringOf(state, task), labels: issue.labels, acts, ...names };
  const { commands, steering, add, remove } = judgeLabels({ ...request, mayWrite: (login) => mayWrite.has(login) });
  const { number, nodeId } = issue;
  const change = { task: key, issue: { number, nodeId }, add, remove };
  const record = { ...state.record, steering: withTask(state, key, steering) };
  return {
    state: commands.length === 0 ? state : { ...state, record },
    changes: add.length + remove.length === 0 ? changes : [...changes, change],
    said: [...said, ...commands.map(({ command, who }) => `${command.kind} ${key} by ${who.by}`)],
  };
}

async function specialistNames({ ports }: Scene): Promise<readonly string[]> {
  return ((await ports.specialists?.()) ?? []).map(({ name }) => name);
}

function agentNames({ ports }: Scene): readonly string[] {
  return [...new Set(ports.dispatch.workers().flatMap(({ agents }) => agents))];
}
