import { expect } from "vitest";
import { openStage, task } from "../../../reconciler/stage.ts";
import { chaos } from "../../chaos.ts";

/** Who sets labels, and whether they may; comments are tried cell by cell in test/planner/inbox/permissions.test.ts. */
const people: Readonly<Record<string, boolean>> = {
  admin: true,
  maintain: true,
  write: true,
  triage: false,
  read: false,
  stranger: false,
  gone: false,
  "robot[bot]": false,
  "helper[bot]": false,
  "coppice[bot]": false,
};

const priorities = ["priority:high", "priority:low"];
const specialists = ["backend-systems-engineer", "docs-writer", "test-engineer"];
const agents = specialists.map((name) => `agent:${name}`);

/** What anybody may try; of each group at most one stands on an issue, and a task is always somebody's. */
const acts = [
  { add: ["coppice:paused"], remove: [] },
  { add: [], remove: ["coppice:paused"] },
  { add: [], remove: priorities },
  ...priorities.map((name) => ({ add: [name], remove: priorities.filter((other) => other !== name) })),
  ...agents.map((name) => ({ add: [name], remove: agents.filter((other) => other !== name) })),
];

chaos(17, "labels that anybody sets", async ({ count, random }) => {
  const known = specialists.map((name) => {
    return { name, description: "", instructions: "", keywords: [], source: "built-in" } as const;
  });
  const stage = openStage({ workers: {}, specialists: known, config: "merge: manual\nbots: [helper]" });
  for (const level of ["admin", "maintain", "write", "triage", "read"] as const) stage.people.permit(level, level);
  for (const login of ["gone", "robot[bot]", "helper[bot]"]) stage.people.permit(login, "write");
  stage.people.suspend("gone");
  const plan = stage.approve([task("T1")]);
  const reconciler = stage.start();
  await stage.pass(10_000);
  const issue = await stage.issueOf(plan, "T1");
  const facts = { obeyed: 0, "put back": 0 };
  for (let round = 0; round < count; round += 1) {
    const by = random.pick(Object.keys(people));
    const act = random.pick(acts.filter((one) => changes(one, issue.labels)));
    const [add, remove] = [act.add, act.remove.filter((name) => issue.labels.has(name))];
    const before = { labels: [...issue.labels].toSorted(), steering: await steeringOf() };
    if (random.chance(0.3)) stage.journal.fail({ verb: random.pick(["permissions.of", "issues.labelActs"]) });
    // Longer than those are remembered whose labels are put back again and again: they are heeded more and more rarely.
    stage.clock.advance(15 * 60_000);
    stage.people.relabel(issue.number, { by, add, remove });
    reconciler.heard({ kind: "forge" });
    await stage.pass(90_000);
    const what = `${by}: +${add} -${remove}, where there was ${before.labels.join(", ")}`;
    if (people[by]) {
      facts.obeyed += 1;
      expect(await steeringOf(), what).not.toEqual(before.steering);
      expect(add.every((name) => issue.labels.has(name)) && !remove.some((name) => issue.labels.has(name)), what).toBe(
        true,
      );
    } else {
      facts["put back"] += 1;
      expect(await steeringOf(), what).toEqual(before.steering);
      expect([...issue.labels].toSorted(), what).toEqual(before.labels);
    }
  }
  await stage.stop();
  return facts;

  async function steeringOf() {
    return (await stage.state(plan)).record.steering;
  }
});

function changes({ add, remove }: (typeof acts)[number], labels: ReadonlySet<string>): boolean {
  return add.some((name) => !labels.has(name)) || (add.length === 0 && remove.some((name) => labels.has(name)));
}
