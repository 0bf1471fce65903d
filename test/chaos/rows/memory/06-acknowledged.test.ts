import { expect } from "vitest";
import type { Life } from "../../../reconciler/life.ts";
import { newLife } from "../../../reconciler/life.ts";
import { openStage } from "../../../reconciler/stage.ts";
import { chaos } from "../../chaos.ts";
import { startMemoryHub } from "../../hub/memory-hub.ts";

/** A life whose end is decided while it is lived. */
type OpenLife = { -readonly [Key in keyof Life]: Life[Key] };

/** To deal with a comment takes fewer calls than this. */
const callsOfACommand = 15;

chaos(6, "killed right after the answer", async ({ count, random }) => {
  const stage = openStage();
  stage.people.permit("ada", "write");
  const { repository } = stage.forge;
  const issue = stage.people.openIssue({ title: "Goal" }).number;
  const written: number[] = [];
  let cutShort = 0;
  for (let round = 0; round <= count; round += 1) {
    const life: OpenLife = newLife();
    const hub = startMemoryHub(stage, life);
    await stage.pass(1_000);
    const body = round === 0 ? "/plan Add a greeting" : round % 2 === 1 ? `/add Extra ${round}` : "/undo";
    written.push(stage.people.comment("ada", issue, body).id);
    life.moment = random.pick(["before", "after"]);
    if (round > 0) life.endsAt = life.calls + 1 + random.below(callsOfACommand);
    // The webhook was answered: it is in the queue and nowhere else.
    hub.enqueue({ kind: "issue", repository, issue });
    await stage.pass(50);
    if (life.isOver) cutShort += 1;
    life.isOver ||= round > 0;
    await hub.stop();
  }
  const last = startMemoryHub(stage, newLife());
  await stage.pass(2_000);
  await last.stop();
  const { record } = await stage.state(issue);
  expect(record.revisions.map(({ comment }) => comment)).toEqual(written.slice(-record.revisions.length));
  expect(record.revision).toBe(written.length);
  expect(cutShort).toBeGreaterThan(0);
  return {
    commands: count,
    "killed before they were carried out whole": cutShort,
    lost: written.length - record.revision,
  };
});
