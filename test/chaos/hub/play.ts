import type { Work } from "../../../src/app/work.ts";
import type { Clock } from "../../../src/ports/clock.ts";
import type { Life } from "../../reconciler/life.ts";
import type { Stage } from "../../reconciler/stage.ts";
import { openStage } from "../../reconciler/stage.ts";
import { seededRandom } from "../random.ts";
import { startSupervisedHub } from "./supervised-hub.ts";
import { writeThreads } from "./thread.ts";

/** The app looks for what no webhook told of this often, and needs a moment for what it finds; milliseconds. */
const period = 30_000;
const moment = 5_000;

export interface Play {
  readonly comments: number;
  /** The same people write the same. */
  readonly seed: number;
  /** What the forge tells of goes through here; straight on unless told otherwise. */
  readonly webhooks?: (deliver: (work: Work) => void) => { send(work: Work): void; end(): void };
  /** When the hub dies, life after life; it lives unless told otherwise. */
  readonly lives?: readonly Life[];
  /** The hub's clock; the forge's unless told otherwise. */
  readonly clockOf?: (clock: Clock) => Clock;
}

const straightOn = (deliver: (work: Work) => void) => ({ send: deliver, end: () => undefined });

/** People plan, change and approve in many threads while webhooks go their way; gives the stage when everything is done. */
export async function playThreads({ comments, seed, webhooks = straightOn, lives, clockOf }: Play): Promise<Stage> {
  const stage = openStage({ config: "merge: auto\nverify: npm test\nmax-agents: 8", runMilliseconds: 500 });
  const lines = writeThreads(stage, comments, seededRandom(seed));
  const hub = startSupervisedHub(stage, { lives, clockOf });
  const { send, end } = webhooks((work) => hub.enqueue(work));
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
  await stage.pass(period + moment);
  stage.plans.doubt();
  for (const { record } of await stage.plans.list()) say("ada", record.issue, `/approve r${record.revision}`);
  end();
  await stage.pass(period + moment);
  await stage.until(() => [...stage.world.issues.values()].every(({ state }) => state === "closed"), 60 * 60_000);
  await stage.pass(period + moment);
  await hub.stop();
  return stage;
}
