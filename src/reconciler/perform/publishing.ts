import { release } from "../../core/lease/steps.ts";
import type { FoldedResult } from "../../core/queue/effects.ts";
import { attentionLabel } from "../../core/queue/labels.ts";
import { mergeStep } from "../../core/queue/merging.ts";
import type { TaskKey } from "../../core/task/task.ts";
import type { LedgerFile } from "../../ports/forge/ledger.ts";
import { labelDefinition } from "../../wire/labels.ts";
import { planFolder, resultPath, runPath } from "../../wire/ledger-paths.ts";
import { formatPullBody, formatPullTitle } from "../../wire/pull-body.ts";
import { withLease, withPull } from "../view-changes.ts";
import { keepCosts } from "./costs.ts";
import type { Performer, Scene } from "./performer.ts";
import { planOf, taskOf } from "./performer.ts";

/** Bytes of text in one commit of the ledger; GitHub refuses a request of some forty MiB, and would so at every try. */
const commitBytes = 4 * 1024 * 1024;

/** Pending results in as few commits as their bytes allow: the ledger is one branch, and many commits in a row starve each other. */
export const foldResults: Performer<"fold-results"> = async ({ results }, scene) => {
  const plan = planOf(scene);
  const files = (await Promise.all(results.map((result) => filesOf(scene, plan, result)))).flat();
  for (const batch of batches(files)) {
    const message = `Plan #${plan}: results of ${[...new Set(batch.map(({ task }) => task))].join(", ")}`;
    await scene.ports.plans.edit(plan, (state) => {
      if (state === undefined) return { answer: undefined };
      return { answer: undefined, change: { plan: state.plan, record: state.record, files: batch, message } };
    });
  }
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
  const { readings } = scene.sightings;
  readings.expect(planOf(scene), pull.number);
  readings.notePull(pull.number);
  readings.view(planOf(scene)).change((view) => withPull(view, pull, lease.oid));
};

/** A lost compare-and-swap means that it was released, or taken over, already. */
export const releaseLease: Performer<"release-lease"> = async ({ lease: { oid, lease }, failure }, scene) => {
  const { ports, sightings } = scene;
  const { leases } = sightings.readings;
  const answer = await ports.leases.swap(oid, release(lease, failure));
  if (answer.kind === "held") {
    leases.change((all) => new Map([...all, [lease.issue, answer.held]]));
    const moved = { from: oid, to: answer.held.oid };
    sightings.readings.view(planOf(scene)).change((view) => withLease(view, lease.branch, moved));
  } else {
    leases.doubt();
    ports.log.debug({ issue: lease.issue, epoch: lease.epoch }, "The lease had moved already");
  }
};

/** The adapter saves what is not merged and passes over refs that are gone. */
export const removeLeases: Performer<"remove-leases"> = async ({ leases }, scene) => {
  const { ports, sightings } = scene;
  await keepCosts(scene, leases);
  await ports.leases.remove(leases.map(({ held, branch }) => (branch === undefined ? { held } : { held, branch })));
  const gone = new Set(leases.map(({ held }) => held.lease.issue));
  sightings.readings.leases.change((all) => new Map([...all].filter(([issue]) => !gone.has(issue))));
};

export const stopRun: Performer<"stop-run"> = async ({ run, reason }, { ports }) => ports.dispatch.stop(run, reason);

interface ResultFile extends LedgerFile {
  readonly task: TaskKey;
  readonly text: string;
}

/** In their order, each path once: of two tasks that hand on a file of one name the later one's stays. */
function batches(files: readonly ResultFile[]): readonly ResultFile[][] {
  const all: ResultFile[][] = [];
  let room = 0;
  const isLast = ({ path }: ResultFile, index: number) => files.findLastIndex((file) => file.path === path) === index;
  for (const file of files.filter(isLast)) {
    const bytes = Buffer.byteLength(file.text);
    if (all.length === 0 || bytes > room) {
      all.push([]);
      room = commitBytes;
    }
    all.at(-1)?.push(file);
    room -= bytes;
  }
  return all;
}

/** The run's record last: where it is, everything is. */
async function filesOf({ ports }: Scene, plan: number, { task, epoch, lease }: FoldedResult): Promise<ResultFile[]> {
  const carried = await ports.leases.files(lease);
  const artifacts = [...carried].flatMap(([path, text]) => {
    const name = /^artifacts\/([A-Za-z0-9][A-Za-z0-9._-]{0,99})$/.exec(path)?.[1];
    return name === undefined ? [] : [{ task, path: `${planFolder(plan)}/artifacts/${name}`, text }];
  });
  return [
    ...artifacts,
    { task, path: resultPath(plan, task), text: carried.get("result.md") ?? "" },
    // Without this file the result would count as not folded for ever; an unreadable record verifies nothing.
    { task, path: runPath(plan, task, epoch), text: carried.get("run.json") ?? "{}\n" },
  ];
}

/** Said in the pull request: why it will not be merged by itself, as far as that is known before it exists. */
function manualLine(scene: Scene, key: TaskKey): string | undefined {
  const at = taskOf(scene, key);
  const head = at?.lease?.lease.head;
  if (at === undefined || head === undefined) return undefined;
  const draft = (at.publication?.attention ?? []).length > 0;
  const pull = { ...emptyPull, head, draft };
  // A pause or a spent budget passes, and this text stays: the plan comment tells of those.
  const step = mergeStep({ ...at, pull }, scene.policy);
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
