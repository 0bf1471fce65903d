import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { progress } from "../core/queue/progress.ts";
import type { RepositoryName } from "../core/repository.ts";
import { fullName } from "../core/repository.ts";
import { createCode } from "../git/code.ts";
import type { Git } from "../git/git.ts";
import { watchLeader } from "../git/leader.ts";
import { createLeases } from "../git/leases.ts";
import type { Mirror } from "../git/mirror.ts";
import { openMirror } from "../git/mirror.ts";
import type { Connection } from "../github/connection.ts";
import type { ExplainedPlan } from "../hub/explain-route.ts";
import type { Hub } from "../hub/hub.ts";
import type { Inbox } from "../planner/inbox.ts";
import { openInbox } from "../planner/inbox.ts";
import type { PlanStore } from "../planner/plan-store.ts";
import { openPlanStore } from "../planner/plan-store.ts";
import { loadSpecialists } from "../planner/specialists.ts";
import { unreadComments } from "../planner/unread.ts";
import type { Clock } from "../ports/clock.ts";
import type { Code } from "../ports/code.ts";
import type { Forge } from "../ports/forge/forge.ts";
import type { Leases } from "../ports/leases.ts";
import type { Log } from "../ports/log.ts";
import type { Author } from "../ports/workspaces.ts";
import type { HeldLeadership } from "../reconciler/leadership.ts";
import { openLeadership } from "../reconciler/leadership.ts";
import { Reconciler } from "../reconciler/loop.ts";
import { policyReader } from "../reconciler/policy.ts";
import type { RepositoryPreview } from "../reconciler/preview.ts";
import { ledgerBranch } from "../wire/ledger-paths.ts";
import type { ChosenPlanner } from "./choose-planner.ts";
import { subjectsOfBranch } from "./handlers/subjects.ts";
import { keepGoing } from "./keep-going.ts";
import { keepTidy } from "./keep-tidy.ts";
import type { AppOptions } from "./options.ts";
import type { RepositoryNews, TaskReport, TendedRepository } from "./repositories.ts";
import { identityOf } from "./repositories.ts";
import type { RunIds } from "./run-ids.ts";
import { shareNext } from "./share-next.ts";

export interface OpenRepositoryOptions extends Omit<AppOptions, "planner" | "hubId"> {
  readonly connection: Connection;
  readonly git: Git;
  readonly planner: ChosenPlanner;
  readonly hub: Hub;
  /** No other hub's, and the same in its next life. */
  readonly hubId: string;
  readonly runIds: RunIds;
  readonly clock: Clock;
}

/** Puts one repository's parts together and sets its reconciler going; undefined where the app is not installed. */
export async function openRepository(
  options: OpenRepositoryOptions,
  name: RepositoryName,
): Promise<TendedRepository | undefined> {
  const forge = await options.connection.installations.open(name);
  // Whoever asks by a name it had before finds it by its own: one process must not look after it twice.
  if (forge === undefined || fullName(forge.repository).toLowerCase() !== fullName(name).toLowerCase())
    return undefined;
  const { clock } = options;
  const log = options.log.child({ repository: fullName(forge.repository) });
  const { defaultBranch } = forge;
  const mirror = await openMirror({ ...mirrorOptions(options, forge), log });
  const code = createCode({ mirror, defaultBranch });
  const { leader, mirror: watched } = watchLeader(mirror, clock);
  const leases = createLeases({ mirror: watched, clock, log, defaultBranch });
  const leadership = openLeadership({ ref: leader, hub: options.hubId, newId: randomUUID, clock, log });
  const plans = announcing(openPlanStore(forge.ledger, log), options.hub, forge.repository);
  const { name: botName, email } = await options.connection.bot();
  const author = { name: botName, email };
  return tend(options, { forge, mirror, code, leases, leadership, plans, author, life: randomUUID(), log });
}

/** One folder a repository; a name holds no "+". */
function mirrorOptions({ git, dataFolder, clock }: OpenRepositoryOptions, forge: Forge) {
  const { owner, name } = forge.repository;
  const folder = join(dataFolder, "mirrors", `${owner}+${name}.git`.toLowerCase());
  return { git, folder, url: forge.gitUrl, token: () => forge.gitToken("work"), clock };
}

/** Live views hear of every change of a plan. */
function announcing(plans: PlanStore, { events }: Hub, repository: RepositoryName): PlanStore {
  const announce = <Answer>(issue: number, answer: Answer): Answer => {
    events.emit({ kind: "plan-change", repository, issue });
    return answer;
  };
  return {
    ...plans,
    edit: async (issue, edit) => announce(issue, await plans.edit(issue, edit)),
    editMarked: async (issue, edit) => announce(issue, await plans.editMarked(issue, edit)),
  };
}

interface Parts {
  readonly forge: Forge;
  readonly mirror: Mirror;
  readonly code: Code;
  readonly leases: Leases;
  readonly leadership: HeldLeadership;
  readonly plans: PlanStore;
  readonly author: Author;
  /** What is remembered of the repository begins anew when it is opened anew. */
  readonly life: string;
  readonly log: Log;
}

function tend(options: OpenRepositoryOptions, parts: Parts): TendedRepository {
  const { forge, leases, plans, log } = parts;
  const stopping = new AbortController();
  const reconciler = openReconciler(options, parts);
  const inbox = openInboxOf(options, parts, { reconciler, signal: stopping.signal });
  const run = (signal: AbortSignal) => reconciler.run(signal);
  const running = keepGoing({ run, clock: options.clock, log, signal: stopping.signal });
  // After a restart every worker names its runs at once.
  const listLeases = shareNext(() => leases.list());
  const tidying = keepTidy({ mirror: parts.mirror, clock: options.clock, log }, stopping.signal);
  return {
    name: forge.repository,
    identity: identityOf(forge),
    handle: (issue) => inbox.handle(issue),
    sweep: () => inbox.sweep(),
    heard: (news) => hear(news, parts, reconciler),
    wake: (plan) => (plan === undefined ? reconciler.wakeAll() : reconciler.wake(plan)),
    reconcile: () => reconciler.reconcileAll(),
    lease: async (issue) => (await listLeases()).get(issue)?.lease,
    ended: async (run) => reconciler.runEnded(run),
    plans: () => plans.list(),
    tasks: (plan) => reportTasks(reconciler, plan, options.clock),
    explain: (issue) => explainTasks(reconciler, issue),
    preview: (plan) => preview(options, parts, { reconciler, plan }),
    gitToken: () => forge.gitToken("work"),
    figures: () => reconciler.answers.figures,
    isFailing: running.isFailing,
    async stop() {
      stopping.abort();
      await Promise.all([running.ended, tidying]);
      await giveUpLead(parts, options.clock);
    },
  };
}

/** Longest that may take, milliseconds: who does not hear of it waits until the word is old. */
const releasePatience = 2_000;

async function giveUpLead({ leadership, log }: Parts, clock: Clock): Promise<void> {
  const done = new AbortController();
  const late = clock.sleep(releasePatience, done.signal).catch(() => undefined);
  const released = leadership
    .release()
    .catch((error) => log.debug({ error: String(error) }, "The lead was not given up"));
  await Promise.race([released, late]);
  done.abort();
}

/** What the app did itself was read or written already, by this process or by another one, which looks after it. */
function hear(news: RepositoryNews, { forge, plans }: Parts, reconciler: Reconciler): void {
  if (news.kind === "comment") {
    reconciler.heard({ kind: "comment", issue: news.issue });
  } else if (news.kind === "push" && news.branch === ledgerBranch) {
    // Every process of the app commits here: the commit tells ours apart, not the sender.
    plans.doubt(news.head);
    reconciler.heard({ kind: "ledger" });
  } else if (news.by !== forge.botLogin) {
    const isCode = news.kind === "push" && news.branch === forge.defaultBranch;
    const of = news.kind === "push" ? subjectsOfBranch(news.branch) : news.of;
    reconciler.heard(isCode ? { kind: "code" } : { kind: "forge", of });
  }
}

function reportTasks(reconciler: Reconciler, plan: number, clock: Clock): readonly TaskReport[] {
  const snapshot = reconciler.answers.snapshot(plan);
  if (snapshot === undefined) return [];
  const titles = new Map(snapshot.state.plan.tasks.map(({ key, title }) => [key, title]));
  const all = progress(snapshot, reconciler.policy, clock.now());
  return all.map((task) => ({ ...task, title: titles.get(task.key) ?? "" }));
}

function explainTasks(reconciler: Reconciler, number: number): ExplainedPlan | undefined {
  const snapshot = reconciler.answers.snapshot(number);
  const explained = new Map(reconciler.answers.explain(number)?.map((one) => [one.key, one]));
  if (snapshot === undefined) return undefined;
  const tasks = snapshot.tasks.flatMap(({ task: { key, title }, issue }) => {
    const one = explained.get(key);
    return one === undefined ? [] : [{ ...one, title, ...(issue === undefined ? {} : { issue: issue.number }) }];
  });
  return { plan: snapshot.state.record.issue, tasks };
}

async function preview(
  { clock }: OpenRepositoryOptions,
  { forge, plans: store }: Parts,
  { reconciler, plan }: { readonly reconciler: Reconciler; readonly plan: number | undefined },
): Promise<RepositoryPreview> {
  const seen = await reconciler.answers.preview(plan);
  const unread = await unreadComments({ forge, store, clock, commands: reconciler.policy.commands });
  return { ...seen, unread: unread.filter(({ issue }) => plan === undefined || issue === plan) };
}

/** Undefined when the plan has not been looked at. */
function doneTasks(reconciler: Reconciler, plan: number, clock: Clock): number | undefined {
  const tasks = reportTasks(reconciler, plan, clock);
  return tasks.length === 0 ? undefined : tasks.filter(({ state }) => state === "done").length;
}

function openReconciler(
  { hub, hubId, clock, policyOverrides, defaultAgent, runIds }: OpenRepositoryOptions,
  parts: Parts,
): Reconciler {
  const { forge, code, leases, leadership, plans, author, life, log } = parts;
  const host = { dispatch: hub, limits: policyOverrides, agent: defaultAgent, newId: runIds.create, hubId, life };
  const specialists = () => loadSpecialists(code, log);
  return new Reconciler({ ...host, forge, code, leases, leadership, plans, author, clock, log, specialists });
}

function openInboxOf(
  { clock, planner, policyOverrides, hubId, hub }: OpenRepositoryOptions,
  { forge, code, plans, life, log }: Parts,
  { reconciler, signal }: { reconciler: Reconciler; signal: AbortSignal },
): Inbox {
  const readPolicy = policyReader(code, policyOverrides);
  return openInbox({
    forge,
    store: plans,
    planner: planner(code),
    policy: async () => (await readPolicy()).policy,
    clock,
    log,
    code,
    hubId,
    life,
    newId: randomUUID,
    started: (issue) => reconciler.answers.started(issue),
    standings: (issue) => reconciler.answers.standings(issue),
    agents: () => ({
      workers: hub.workers(),
      runs: hub.runs(forge.repository),
      parked: reconciler.answers
        .parked()
        .map(({ agent, left }) => ({ agent, until: new Date(clock.now() + left).toISOString() })),
    }),
    wake: (issue) => reconciler.wake(issue, { asked: true }),
    status: async (issue) =>
      reconciler.answers.status(issue) ?? "This plan has not been looked at yet; ask again in a moment.",
    doneTasks: (issue) => doneTasks(reconciler, issue, clock),
    signal,
  });
}
