import type { FoldedResult } from "../../core/queue/effects.ts";
import { attentionLabel } from "../../core/queue/labels.ts";
import { mergeStep } from "../../core/queue/merging.ts";
import { planHold } from "../../core/queue/task-state.ts";
import type { LedgerFile } from "../../ports/forge/ledger.ts";
import { labelDefinition } from "../../wire/labels.ts";
import { planFolder, resultPath, runPath } from "../../wire/ledger-paths.ts";
import { formatPullBody, formatPullTitle } from "../../wire/pull-body.ts";
import type { Performer, Scene } from "./performer.ts";
import { planOf, taskOf } from "./performer.ts";

/** All pending results in one commit: the ledger is one branch, and many commits in a row starve each other. */
export const foldResults: Performer<"fold-results"> = async ({ results }, scene) => {
  const plan = planOf(scene);
  const files = (await Promise.all(results.map((result) => filesOf(scene, plan, result)))).flat();
  await scene.ports.plans.edit(plan, (state) => {
    if (state === undefined) return { answer: undefined };
    const message = `Plan #${plan}: results of ${results.map(({ task }) => task).join(", ")}`;
    return { answer: undefined, change: { plan: state.plan, record: state.record, files, message } };
  });
};

/** Idempotent: the port gives the branch's open pull request when there is one. */
export const openPull: Performer<"open-pull"> = async ({ task: key, issue, lease }, scene) => {
  const { ports, policy } = scene;
  const at = taskOf(scene, key);
  if (at === undefined) return;
  const record = at.publication;
  const result = (await ports.leases.files(lease.oid)).get("result.md");
  const manual = manualLine(scene, key);
  const attention = (record?.attention ?? []).length > 0;
  if (attention) await ports.forge.labels.ensure([labelDefinition(attentionLabel)]);
  const body = formatPullBody({
    plan: planOf(scene),
    issue,
    task: at.task,
    ...(record === undefined ? {} : { run: record }),
    ...(result === undefined ? {} : { result }),
    ...(policy.merge === "auto" && manual !== undefined ? { manual } : {}),
  });
  const pull = await ports.forge.pulls.open({
    branch: lease.lease.branch,
    base: ports.forge.defaultBranch,
    title: formatPullTitle(at.task),
    body,
    draft: attention,
    labels: attention ? [attentionLabel] : [],
  });
  scene.sightings.readings.expect(planOf(scene), pull.number);
};

/** A lost compare-and-swap means that it was released, or taken over, already. */
export const releaseLease: Performer<"release-lease"> = async ({ lease: { oid, lease }, failure }, scene) => {
  const { ports, sightings } = scene;
  const { leases } = sightings.readings;
  const failures = failure === undefined ? lease.failures : [...lease.failures, failure].slice(-10);
  const answer = await ports.leases.swap(oid, { ...lease, phase: "free", failures });
  if (answer.kind === "held") {
    leases.change((all) => new Map([...all, [lease.issue, answer.held]]));
  } else {
    leases.doubt();
    ports.log.debug({ issue: lease.issue, epoch: lease.epoch }, "The lease had moved already");
  }
};

/** The adapter saves what is not merged and passes over refs that are gone. */
export const removeLeases: Performer<"remove-leases"> = async ({ leases }, { ports, sightings }) => {
  await ports.leases.remove(leases.map(({ held, branch }) => (branch === undefined ? { held } : { held, branch })));
  const gone = new Set(leases.map(({ held }) => held.lease.issue));
  sightings.readings.leases.change((all) => new Map([...all].filter(([issue]) => !gone.has(issue))));
};

export const stopRun: Performer<"stop-run"> = async ({ run, reason }, { ports }) => ports.dispatch.stop(run, reason);

async function filesOf({ ports }: Scene, plan: number, { task, epoch, lease }: FoldedResult): Promise<LedgerFile[]> {
  const carried = await ports.leases.files(lease);
  const artifacts = [...carried].flatMap(([path, text]) => {
    const name = /^artifacts\/([A-Za-z0-9][A-Za-z0-9._-]{0,99})$/.exec(path)?.[1];
    return name === undefined ? [] : [{ path: `${planFolder(plan)}/artifacts/${name}`, text }];
  });
  return [
    { path: resultPath(plan, task), text: carried.get("result.md") ?? "" },
    // Without this file the result would count as not folded for ever; an unreadable record verifies nothing.
    { path: runPath(plan, task, epoch), text: carried.get("run.json") ?? "{}\n" },
    ...artifacts,
  ];
}

/** Said in the pull request: why it will not be merged by itself, as far as that is known before it exists. */
function manualLine(scene: Scene, key: string): string | undefined {
  const at = scene.snapshot.tasks.find(({ task }) => task.key === key);
  const head = at?.lease?.lease.head;
  if (at === undefined || head === undefined) return undefined;
  const draft = (at.publication?.attention ?? []).length > 0;
  const pull = { ...emptyPull, head, draft };
  const step = mergeStep({ ...at, pull }, scene.policy, planHold(scene.snapshot));
  return step.kind === "person" ? step.line : undefined;
}

const emptyPull = {
  number: 0,
  nodeId: "",
  url: "",
  state: "open",
  branch: "",
  mergeable: "yes",
  checks: "none",
  changesRequested: false,
} as const;
