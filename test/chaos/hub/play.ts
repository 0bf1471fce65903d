import type { Work } from "../../../src/app/work.ts";
import type { Life } from "../../reconciler/life.ts";
import type { Stage } from "../../reconciler/stage.ts";
import { openStage } from "../../reconciler/stage.ts";
import { memoryDispatch } from "../../support/memory-dispatch.ts";
import { seededRandom } from "../random.ts";
import type { MemoryHub } from "./memory-hub.ts";
import type { Supervision } from "./supervised-hub.ts";
import { startSupervisedHub } from "./supervised-hub.ts";
import { writeThreads } from "./thread.ts";

/** The app looks for what no webhook told of this often, and needs a moment for what it finds; milliseconds. */
const period = 30_000;
const moment = 5_000;

export interface Play extends Supervision {
  readonly comments: number;
  /** The same people write the same. */
  readonly seed: number;
  /** How long people wait before they approve, milliseconds; as long as the app needs that is told of nothing. */
  readonly patience?: number;
  /** How long is waited in the end, milliseconds; a moment unless told otherwise. */
  readonly aftermath?: number;
  /** Where; an empty repository unless told otherwise. */
  readonly stage?: Stage;
  /** Another hub with workers of its own on the same repository, and when it dies. */
  readonly beside?: readonly Life[];
  /** What the forge tells of goes through here; straight on unless told otherwise. */
  readonly webhooks?: (deliver: (work: Work) => void) => { send(work: Work): void; end(): void };
}

const config = "merge: auto\nverify: npm test\nmax-agents: 8";

const straightOn = (deliver: (work: Work) => void) => ({ send: deliver, end: () => undefined });

/** People plan, change and approve in many threads while webhooks go their way; gives the stage when everything is done. */
export async function playThreads(play: Play): Promise<Stage> {
  const { comments, seed, webhooks = straightOn, stage = openStage({ config, runMilliseconds: 500 }) } = play;
  const lines = writeThreads(stage, comments, seededRandom(seed));
  const hubs = [startSupervisedHub(stage, play), ...startBeside(stage, play)];
  // Webhooks go to one of them, as behind a load balancer.
  let turn = 0;
  const { send, end } = webhooks((work) => hubs[turn++ % hubs.length]?.enqueue(work));
  const { repository } = stage.forge;
  const say = (author: string, issue: number, body: string) => {
    stage.people.comment(author, issue, body);
    send({ kind: "issue", repository, issue });
    send({ kind: "repository", repository, by: author });
  };
  const begin = stage.clock.monotonic();
  for (const { at, author, issue, body } of lines) {
    await stage.pass(Math.max(0, begin + at - stage.clock.monotonic()));
    say(author, issue, body);
  }
  await stage.pass(play.patience ?? period + moment);
  stage.plans.doubt();
  for (const { record } of await stage.plans.list()) say("ada", record.issue, `/approve r${record.revision}`);
  end();
  await stage.pass(period + moment);
  await stage.until(() => isOver(stage), 60 * 60_000);
  await stage.pass(play.aftermath ?? period + moment);
  await Promise.all(hubs.map((hub) => hub.stop()));
  return stage;
}

/** The ledger says so last: when that failed, it is tried again a little later. */
async function isOver({ world, plans }: Stage): Promise<boolean> {
  if ([...world.issues.values()].some(({ state }) => state !== "closed")) return false;
  plans.doubt();
  return (await plans.list()).every(({ record }) => record.status.kind !== "approved");
}

function startBeside(stage: Stage, { beside: lives }: Play): readonly MemoryHub[] {
  if (lives === undefined) return [];
  const { clock, leases, people } = stage;
  const dispatch = memoryDispatch({
    ...{ clock, leases, people, runMilliseconds: 500, workers: { "worker-beside": 3 } },
    fateOf: () => ({ kind: "publish" }),
  });
  return [startSupervisedHub(stage, { hubId: "hub-beside", dispatch, lives })];
}
