import { setTimeout as sleep } from "node:timers/promises";
import { noUsage } from "../../../src/core/plan/plan.ts";
import type { PlannedTask } from "../../../src/core/task/task.ts";
import { createLeases } from "../../../src/git/leases.ts";
import { openPlanStore } from "../../../src/planner/plan-store.ts";
import { Reconciler } from "../../../src/reconciler/loop.ts";
import { formatPlan, planHash } from "../../../src/wire/plan-yaml.ts";
import { git, makeMirror, quiet } from "../../git/origin.ts";
import type { LightWorkers } from "./light-workers.ts";
import { startLightWorkers } from "./light-workers.ts";
import type { EmbeddedWorld } from "./world.ts";
import { place } from "./world.ts";

/** A reconciler with everything real but the agents, and the plan it looks after. */
export interface EmbeddedPlay {
  readonly plan: number;
  readonly workers: LightWorkers;
  readonly reconciler: Reconciler;
  /** Resolves when the ledger says that the plan is done. Fails after so many seconds. */
  done(seconds: number): Promise<void>;
  stop(): Promise<void>;
}

export interface PlayOptions {
  readonly tasks: readonly PlannedTask[];
  readonly workers?: number;
  readonly slots?: number;
  /** The plan's issue's title. */
  readonly goal?: string;
  /** `.github/coppice.yml`. */
  readonly config?: string;
}

/** An approved plan, workers and a reconciler on an embedded forge; what goes wrong begins when the caller says so. */
export async function playEmbedded(world: EmbeddedWorld, options: PlayOptions): Promise<EmbeddedPlay> {
  const { folder, forge, clock, embedded, proxy } = world;
  const plan = await approvePlan(world, options);
  const token = embedded.admin.createToken("ada");
  const gitUrl = forge.gitUrl.replace(new URL(forge.gitUrl).origin, proxy.url);
  const { workers: count = 2, slots = 2, config = automatic } = options;
  const workers = await startLightWorkers({ folder, gitUrl, token, clock, slots, workers: count });
  const mirror = await makeMirror(folder, "hub", gitUrl, token);
  const plans = openPlanStore(forge.ledger, quiet);
  let ids = 0;
  const reconciler = new Reconciler({
    ...{ forge, plans, clock, log: quiet, dispatch: workers, newId: () => `id-${++ids}` },
    leases: createLeases({ mirror, clock, log: quiet, defaultBranch: forge.defaultBranch }),
    limits: { checksGraceSeconds: 0 },
    code: { refresh: async () => "1".repeat(40), read: async () => config },
    author: { name: "coppice[bot]", email: "coppice@example.test" },
  });
  workers.listen((run) => reconciler.runEnded(run));
  const stopping = new AbortController();
  const running = reconciler.run(stopping.signal);
  return {
    ...{ plan, workers, reconciler },
    async done(seconds) {
      const end = Date.now() + seconds * 1_000;
      while (!(await isDone(world.repository, plan))) {
        if (Date.now() > end) throw new Error(`the plan is not done after ${seconds} s`);
        await sleep(200);
      }
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

const automatic = "merge: auto\nverify: npm test\nmax-agents: 8\ncreate-ahead: 100\nmax-tasks: 100";

/** Read from the ledger's repository itself: the forge may misbehave to whoever asks it. */
async function isDone(repository: string, plan: number): Promise<boolean> {
  const record = await git(repository, "show", `coppice-ledger:plans/${plan}/record.yaml`);
  return /^status:\s*\n?\s*kind: done/m.test(record);
}

/** As the planner leaves it; gives its issue. */
async function approvePlan({ ada, forge }: EmbeddedWorld, { tasks, goal = "Build it" }: PlayOptions): Promise<number> {
  const { data: issue } = await ada.issues.create({ ...place, title: goal });
  const { data: comment } = await ada.issues.createComment({
    ...place,
    issue_number: issue.number,
    body: "/approve r1",
  });
  const value = { goal, tasks };
  const hash = planHash(formatPlan(value));
  const at = comment.created_at;
  const approval = { revision: 1, hash, by: "ada", comment: comment.id, at };
  await openPlanStore(forge.ledger, quiet).edit(issue.number, () => ({
    answer: undefined,
    change: {
      plan: value,
      message: "planned",
      record: {
        ...{ version: 1, issue: issue.number, revision: 1, planner: "keywords", tasks: {}, usage: noUsage },
        revisions: [{ revision: 1, hash, by: "ada", at, summary: "planned" }],
        status: { kind: "approved", approval },
      },
    },
  }));
  return issue.number;
}
