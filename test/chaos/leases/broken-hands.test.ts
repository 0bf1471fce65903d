import { expect, it, onTestFinished } from "vitest";
import type { Law } from "../history/check.ts";
import { check } from "../history/check.ts";
import { seededRandom } from "../random.ts";
import type { Omission } from "./broken-hands.ts";
import { careless, twoPushes } from "./broken-hands.ts";
import { openClaimers } from "./claimers.ts";
import { fence } from "./fencing.ts";
import { race } from "./race.ts";
import type { Remote, Transport } from "./remote.ts";
import { openRemote } from "./remote.ts";

/** Every second reply to a push is lost, the first one too. */
function loseReplies({ proxy }: Remote): void {
  let pushes = 0;
  if (proxy === undefined) return;
  proxy.fate = ({ method, path }) =>
    method === "POST" && path.endsWith("receive-pack") && pushes++ % 2 === 0 ? "lose" : "pass";
}

it.each<[string, Omission, Law, Transport]>([
  ["no lease", { expecting: true }, "one owner per epoch", "file"],
  ["the exit code trusted", { readingBack: true }, "who is told lost has lost", "http"],
  ["no nonce", { nonce: true }, "one owner per epoch", "file"],
  ["no epoch", { epoch: true }, "epochs rise", "file"],
])("claimers with %s are caught", async (_name, omission, law, transport) => {
  const remote = await openRemote(transport);
  onTestFinished(() => remote.close());
  loseReplies(remote);
  const claimers = await openClaimers(remote, 2, careless(omission));
  const history = await race({ remote, claimers, rounds: 2, random: seededRandom(1), isInTurn: true });
  expect(check(history).map((violation) => violation.law)).toContain(law);
});

it("workers that push branch and lease one after the other are caught", async () => {
  const remote = await openRemote("file");
  onTestFinished(() => remote.close());
  const [first, second] = await openClaimers(remote, 2);
  if (first === undefined || second === undefined) throw new Error("two are needed");
  const options = { remote, workers: [first, second], rounds: 1, random: seededRandom(1), isInTurn: true } as const;
  const { history } = await fence({ ...options, push: twoPushes, isPartition: true });
  expect(check(history).map((violation) => violation.law)).toContain("nothing stale is published");
});
