import { expect } from "vitest";
import { newLife } from "../../../reconciler/life.ts";
import { openStage, task } from "../../../reconciler/stage.ts";
import { chaos } from "../../chaos.ts";
import { startMemoryHub } from "../../hub/memory-hub.ts";

/** All that only looks; whatever is not named here counts as a write. */
const reads =
  /^(ledger\.read|leases\.list|leases\.files|permissions\.of|plans\.observe|comments\.(ofIssue|since|get|find|thread)|issues\.(get|labelActs)|pulls\.get|labels\.list|gitToken)$/;

chaos(18, "in memory", async ({ count }) => {
  const stage = openStage({
    config: "merge: manual\nattempts: 1",
    fateOf: (key) => (key === "T2" ? { kind: "fail", failure: "verify-failed" } : { kind: "publish" }),
  });
  stage.people.permit("ada", "write");
  const { repository } = stage.forge;
  // One task waits for a merge, one has failed, one waits for both; one plan is a draft, one is done, one given up.
  const waiting = stage.approve([task("T1"), task("T2"), task("T3", ["T1", "T2"])]);
  const done = stage.approve([task("T1")], "Soon done");
  const [draft, cancelled] = ["Think about it", "Give it up"].map((title) => stage.people.openIssue({ title }).number);
  const hub = startMemoryHub(stage, newLife());
  const say = async (issue: number | undefined, body: string) => {
    if (issue === undefined) return;
    stage.people.comment("ada", issue, body);
    hub.enqueue({ kind: "issue", repository, issue });
    await stage.pass(20_000);
  };
  await say(draft, "/plan Add a greeting and a farewell");
  await say(draft, "What do you think?");
  await say(cancelled, "/plan Add a greeting");
  await say(cancelled, "/cancel");
  await stage.until(async () => stage.pullOf((await stage.issueOf(done, "T1")).number) !== undefined);
  stage.people.merge(stage.pullOf((await stage.issueOf(done, "T1")).number)?.number ?? 0);
  hub.enqueue({ kind: "repository", repository });
  await stage.until(() => stage.world.issues.get(done)?.state === "closed");
  await stage.pass(10 * 60_000);
  stage.journal.clear();
  for (let round = 0; round < count; round += 1) {
    hub.enqueue({ kind: "repository", repository });
    hub.enqueue({ kind: "sweep", repository });
    for (const issue of [waiting, done, draft ?? 0, cancelled ?? 0]) {
      hub.enqueue({ kind: "issue", repository, issue });
      hub.enqueue({ kind: "comment", repository, issue });
    }
    await stage.pass(31_000);
  }
  const calls = stage.journal.calls.map(({ verb }) => verb);
  expect(calls.length).toBeGreaterThan(count);
  expect(calls.filter((verb) => !reads.test(verb))).toEqual([]);
  await hub.stop();
  return { looks: count, reads: calls.length, writes: 0 };
});
