import PQueue from "p-queue";
import type { PlanStatus } from "../core/plan/plan.ts";
import type { Effect, EffectKind } from "../core/queue/effects.ts";
import { isProjection } from "../core/queue/effects.ts";
import type { Policy } from "../core/queue/policy.ts";
import type { WantedEffect } from "../core/queue/reconcile.ts";
import type { Snapshot } from "../core/queue/snapshot.ts";
import type { TaskState } from "../core/queue/states.ts";
import { fullName } from "../core/repository.ts";
import type { TaskKey } from "../core/task/task.ts";
import { decide } from "./decide.ts";
import { Looks } from "./looks.ts";
import { observe } from "./observe.ts";
import { Overviews } from "./overviews.ts";
import type { Overview } from "./pass.ts";
import type { ReadingPorts, ReconcilerOptions } from "./ports.ts";
import { approvedAsItIs } from "./preview-approval.ts";
import { next, type outlookTasks } from "./preview-starts.ts";
import { effectLines } from "./preview-words.ts";
import type { QueueRequest } from "./queue.ts";
import { Sightings } from "./sightings.ts";

/** What the next look at one repository would do, as data; its fields are what `--dry-run --json` prints. */
export interface RepositoryPreview {
  /** `owner/name`. */
  readonly repository: string;
  /** How many workers are connected here; none are known to who only looks. */
  readonly workers: number;
  /** Why nothing new may start in the whole repository, one line. */
  readonly hold?: string;
  readonly plans: readonly PlanPreview[];
  /** Plans whose files cannot be read: it would be told on their issues. */
  readonly broken: readonly { readonly plan: number; readonly problem: string }[];
  /** Comments with commands that nobody has dealt with: they are carried out first, and may change all of this. */
  readonly unread?: readonly UnreadComment[];
}

export interface PlanPreview extends Outlook {
  /** Its issue. */
  readonly plan: number;
  readonly goal: string;
  readonly status: PlanStatus["kind"];
  readonly revision: number;
  /** Why nothing of it may start or be merged, one line. */
  readonly hold?: string;
  /** The same of a draft, if somebody approved it as it is. */
  readonly onceApproved?: Outlook;
}

/** What is about to happen to one plan. */
export interface Outlook {
  readonly effects: readonly PreviewedEffect[];
  /** Tasks that would then be offered to a worker; those whose need is only about to be merged come later. */
  readonly starts: readonly PreviewedStart[];
  /** Every other task that is not over, and what it waits for. */
  readonly waiting: readonly PreviewedWait[];
}

export interface PreviewedEffect {
  readonly kind: EffectKind;
  /** In words, a line for each thing it acts on. */
  readonly lines: readonly string[];
  /** The name of the rule that wants it. */
  readonly rule: string;
  /** Done only when nothing else is left to do: it shows how things are, or tidies up. */
  readonly last: boolean;
  readonly effect: Effect;
}

export interface PreviewedStart {
  readonly task: TaskKey;
  readonly title: string;
  /** Absent: it is to be opened first. */
  readonly issue?: number;
  /** Absent: none is known here, and any that could do it would get it. */
  readonly worker?: string;
  /** The agent to ask for; the worker's own choice where absent. */
  readonly agent?: string;
}

export interface PreviewedWait {
  readonly task: TaskKey;
  readonly issue?: number;
  readonly state: TaskState["kind"];
  /** Why, and what would help; may be empty. */
  readonly line: string;
}

export interface UnreadComment {
  readonly issue: number;
  readonly comment: number;
  readonly author: string;
  /** Its commands, each as it is written. */
  readonly commands: readonly string[];
}

export interface PreviewNeeds {
  /** Readings alone (see `readingPorts`): nothing can be performed. */
  readonly ports: ReadingPorts;
  readonly overviews: Pick<Overviews, "read" | "specialists">;
  readonly sightings: Sightings;
  /** The operator's agent. */
  readonly agent: string | undefined;
  readonly underWay: QueueRequest["underWay"];
  /** What was seen last: whether anything may be left to do about a plan, and other plans whose tasks stand in the same queue. */
  readonly looks: Pick<Looks, "isWorthOne" | "approved">;
}

/** Plans looked at side by side. */
const plansAtOnce = 4;

/** What the next look at every plan would do, or at one (none where the ledger has no such plan). Reads everything anew; writes nothing. */
export async function preview(needs: PreviewNeeds, plan?: number): Promise<RepositoryPreview> {
  const { ports, sightings } = needs;
  ports.plans.doubt();
  sightings.readings.leases.doubt();
  const overview = await needs.overviews.read();
  const looked = await lookAt(needs, overview, plan);
  const broken = (await ports.plans.broken()).filter(({ issue }) => plan === undefined || issue === plan);
  const queue = queueRequest(needs, overview.policy);
  const known = new Set(looked.map(({ snapshot }) => planOf(snapshot)));
  const others = needs.looks.approved().filter((snapshot) => !known.has(planOf(snapshot)));
  const outlooks = next({ looked: looked.filter(isApproved), others, queue });
  return {
    repository: fullName(ports.forge.repository),
    workers: ports.dispatch.workers().filter(({ connected }) => connected).length,
    ...(overview.hold === undefined ? {} : { hold: overview.hold }),
    plans: await Promise.all(
      looked.map(async (look) => {
        const once = await onceApproved(look, { needs, queue, others: [...others, ...approvedOf(looked)] });
        return { ...describe(look, outlooks.get(planOf(look.snapshot))), ...once };
      }),
    ),
    broken: broken.map(({ issue, problem }) => ({ plan: issue, problem })),
  };
}

/** The same by somebody who has not looked before and knows of no worker: what a process would do that starts now. */
export function previewAtStart(
  ports: ReadingPorts,
  { limits, agent }: Pick<ReconcilerOptions, "limits" | "agent">,
): Promise<RepositoryPreview> {
  const sightings = new Sightings(ports.clock, { id: "", nonce: "" });
  const overviews = new Overviews({ ...ports, limits }, sightings);
  return preview({ ports, sightings, overviews, agent, looks: new Looks(), underWay: new Map() });
}

/** One plan as it was seen, and what is wanted of it. */
export interface Looked {
  readonly snapshot: Snapshot;
  readonly wanted: readonly WantedEffect[];
}

async function lookAt(needs: PreviewNeeds, overview: Overview, plan: number | undefined): Promise<readonly Looked[]> {
  const { ports, sightings, looks } = needs;
  const now = ports.clock.now();
  const all = plan === undefined ? await ports.plans.list() : [await ports.plans.load(plan)];
  const states = all.flatMap((state) => (state === undefined ? [] : [state]));
  const pool = new PQueue({ concurrency: plansAtOnce });
  const wanted = plan === undefined ? states.filter((state) => looks.isWorthOne(state, now)) : states;
  return pool.addAll(
    wanted.map((state) => () => {
      const { issue } = state.record;
      sightings.readings.view(issue).doubt();
      sightings.readings.comment(issue).doubt();
      return ports.forge.serve(issue, async () => {
        const snapshot = await observe({ ports, sightings, state, ...overview });
        return { snapshot, wanted: await wantedOf(needs, snapshot, overview.policy) };
      });
    }),
  );
}

function wantedOf({ ports, overviews }: PreviewNeeds, snapshot: Snapshot, policy: Policy) {
  const asking = { ...ports, specialists: () => overviews.specialists() };
  return decide({ ports: asking, snapshot, policy, now: ports.clock.now() });
}

function queueRequest({ ports, sightings, underWay, agent }: PreviewNeeds, policy: Policy): QueueRequest {
  const options = { ...ports, ...(agent === undefined ? {} : { agent }) };
  return { options, sightings, underWay, policy, now: ports.clock.now() };
}

interface Hypothesis {
  readonly needs: PreviewNeeds;
  readonly queue: QueueRequest;
  readonly others: readonly Snapshot[];
}

async function onceApproved(
  { snapshot }: Looked,
  { needs, queue, others }: Hypothesis,
): Promise<Pick<PlanPreview, "onceApproved">> {
  if (snapshot.state.record.status.kind !== "draft") return {};
  const approved = approvedAsItIs(snapshot, queue.now);
  const look = { snapshot: approved, wanted: await wantedOf(needs, approved, queue.policy) };
  const outlook = next({ looked: [look], others, queue }).get(planOf(snapshot));
  return { onceApproved: outlookOf(look, outlook) };
}

function describe(look: Looked, next: ReturnType<typeof outlookTasks> | undefined): PlanPreview {
  const { state, hold } = look.snapshot;
  const { issue, status, revision } = state.record;
  return {
    ...{ plan: issue, goal: state.plan.goal, status: status.kind, revision },
    ...(hold === undefined ? {} : { hold }),
    ...outlookOf(look, next),
  };
}

function outlookOf({ snapshot, wanted }: Looked, next: ReturnType<typeof outlookTasks> | undefined): Outlook {
  const effects = wanted.map(({ rule, effect }) => ({
    ...{ kind: effect.kind, lines: effectLines(effect, snapshot), rule, last: isProjection(effect), effect },
  }));
  return { effects, starts: next?.starts ?? [], waiting: next?.waiting ?? [] };
}

function approvedOf(looked: readonly Looked[]): readonly Snapshot[] {
  return looked.filter(isApproved).map(({ snapshot }) => snapshot);
}

function isApproved({ snapshot }: Looked): boolean {
  return snapshot.state.record.status.kind === "approved";
}

function planOf({ state }: Snapshot): number {
  return state.record.issue;
}
