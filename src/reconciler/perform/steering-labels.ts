import type { PlanState } from "../../core/plan/plan.ts";
import type { TaskSteering } from "../../core/plan/steering.ts";
import { withTask } from "../../core/plan/steering-change.ts";
import type { TaskLabelChange } from "../../core/queue/effects.ts";
import type { IssueView } from "../../core/queue/snapshot.ts";
import type { LabelAct } from "../../core/queue/steering-labels.ts";
import { commanders, isExplained, judgeLabels } from "../../core/queue/steering-labels.ts";
import type { PlannedTask } from "../../core/task/task.ts";
import { personIdentity, verdict } from "../../wire/commands/who-may.ts";
import { neutraliseLine } from "../../wire/neutralise.ts";
import { saidOf } from "../contested.ts";
import { changeLabels } from "./labels.ts";
import type { Performer, Scene } from "./performer.ts";
import { planOf, taskOf } from "./performer.ts";

/** Labels that somebody who may write has set since the record was last told go into the record, all in one commit; the others are put back. */
export const heedLabels: Performer<"heed-labels"> = async ({ tasks }, scene) => {
  const subjects = tasks.flatMap((key) => {
    const { task, issue } = taskOf(scene, key) ?? {};
    return task === undefined || issue === undefined ? [] : [{ task, issue }];
  });
  const asked: Asked[] = [];
  for (const subject of await explained(scene, subjects)) asked.push(await ask(scene, subject));
  const { changes, contested } = await settle(scene, asked);
  const left = contested.filter((one) => isLeftAlone(scene, one)).map(({ issue }) => issue);
  const due = changes.filter(({ issue }) => !left.includes(issue.number));
  if (due.length > 0) await changeLabels({ kind: "change-labels", changes: due }, scene);
};

/** Whether its labels rest, which somebody sets again whenever they are put back; a person's act among his is heard all the same. */
function isLeftAlone({ sightings }: Scene, { issue, steering }: Heeded["contested"][number]): boolean {
  const said = saidOf(steering);
  const rests = sightings.contested.restLeft(issue, said) > 0;
  if (rests) sightings.contested.noteAsked(issue);
  else sightings.contested.note(issue, said);
  return rests;
}

interface Subject {
  readonly task: PlannedTask;
  readonly issue: IssueView;
}

interface Told extends Subject {
  readonly acts: readonly LabelAct[];
}

interface Asked extends Told {
  /** Of those who set labels that may be commands. */
  readonly mayWrite: ReadonlySet<string>;
}

/** Events may show a moment after the labels they made: milliseconds until those of all that lack one are asked for again. */
const pauses = [1_000, 2_000];

async function explained(scene: Scene, subjects: readonly Subject[]): Promise<readonly Told[]> {
  let told = await tell(scene, subjects);
  for (const pause of pauses) {
    const late = told.filter(isUnexplained);
    if (late.length === 0) return told;
    await scene.ports.clock.sleep(pause, scene.signal);
    told = [...told.filter((one) => !isUnexplained(one)), ...(await tell(scene, late))];
  }
  // The labels may be older than their events.
  if (told.some(isUnexplained)) scene.sightings.readings.view(planOf(scene)).doubt();
  return told;
}

async function tell({ ports }: Scene, subjects: readonly Subject[]): Promise<readonly Told[]> {
  const told: Told[] = [];
  for (const { task, issue } of subjects) {
    told.push({ task, issue, acts: await ports.forge.issues.labelActs(issue.number) });
  }
  return told;
}

function isUnexplained({ issue, acts }: Told): boolean {
  return !isExplained(issue.labels, acts);
}

async function ask(scene: Scene, { task, issue, acts }: Told): Promise<Asked> {
  const { forge } = scene.ports;
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
async function settle(scene: Scene, asked: readonly Asked[]): Promise<Omit<Heeded, "state">> {
  const names = { specialists: await specialistNames(scene), agents: agentNames(scene) };
  const plan = planOf(scene);
  return scene.ports.plans.edit<Omit<Heeded, "state">>(plan, (now) => {
    if (now?.record.status.kind !== "approved") return { answer: { changes: [], contested: [], said: [] } };
    const answer = asked.reduce((before, one) => heed(before, one, names), heedless(now));
    const { state, said } = answer;
    if (said.length === 0) return { answer };
    const message = neutraliseLine(`Plan #${plan}, by labels: ${said.join("; ")}`, 500);
    return { change: { plan: state.plan, record: state.record, message }, answer };
  });
}

interface Heeded {
  readonly state: PlanState;
  readonly changes: readonly TaskLabelChange[];
  /** Issues where what is put back may well be set again. */
  readonly contested: readonly { readonly issue: number; readonly steering: TaskSteering }[];
  /** What the record took over, in words. */
  readonly said: readonly string[];
}

function heedless(state: PlanState): Heeded {
  return { state, changes: [], contested: [], said: [] };
}

function heed(
  { state, changes, contested, said }: Heeded,
  { task: { key }, issue, acts, mayWrite }: Asked,
  names: { readonly specialists: readonly string[]; readonly agents: readonly string[] },
): Heeded {
  const task = state.plan.tasks.find((one) => one.key === key);
  if (task === undefined) return { state, changes, contested, said };
  const request = { task, steering: steeringOf(state, task), labels: issue.labels, acts, ...names };
  const verdict = judgeLabels({ ...request, mayWrite: (login) => mayWrite.has(login) });
  const { commands, steering, add, remove } = verdict;
  const { number, nodeId } = issue;
  const change = { task: key, issue: { number, nodeId }, add, remove };
  const record = { ...state.record, steering: withTask(state, key, steering) };
  return {
    state: commands.length === 0 ? state : { ...state, record },
    changes: add.length + remove.length === 0 ? changes : [...changes, change],
    contested: verdict.contested ? [...contested, { issue: number, steering }] : contested,
    said: [...said, ...commands.map(({ command, who }) => `${command.kind} ${key} by ${who.by}`)],
  };
}

async function specialistNames({ ports }: Scene): Promise<readonly string[]> {
  return ((await ports.specialists?.()) ?? []).map(({ name }) => name);
}

function agentNames({ ports }: Scene): readonly string[] {
  return [...new Set(ports.dispatch.workers().flatMap(({ agents }) => agents))];
}
