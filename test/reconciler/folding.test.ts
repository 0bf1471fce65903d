import { expect, it } from "vitest";
import { defaultPolicy as policy } from "../../src/core/queue/policy.ts";
import { observe } from "../../src/reconciler/observe.ts";
import { performAll } from "../../src/reconciler/perform/perform.ts";
import { Sightings } from "../../src/reconciler/sightings.ts";
import { resultPath, runPath } from "../../src/wire/ledger-paths.ts";
import { openStage, task } from "./stage.ts";

const mebibyte = 1024 * 1024;

it("large results go to the ledger in commits of 4 MiB, each with its run's record last; small ones share one", async () => {
  const stage = openStage();
  const plan = stage.approve([task("T1"), task("T2"), task("T3")]);
  const { options, leases, clock } = stage;
  const keys = ["T1", "T2", "T3"] as const;
  const published = (epoch: number, sizes: Readonly<Record<string, number>>) =>
    keys.map((key, index) => {
      const issue = 100 + index;
      const known = leases.current.get(issue);
      const lease = { ...({ version: 1, plan, task: key, issue, phase: "running", holder: "w/r", epoch: 1 } as const) };
      const whole = { ...lease, ...{ nonce: "", seconds: 900, branch: `coppice/${issue}`, failures: [] } };
      const held = leases.move(known?.oid, whole);
      if (held.kind === "lost") throw new Error("the lease is not there");
      const files = Object.entries(sizes).map(
        ([name, size]) => [`artifacts/${key}-${name}`, "x".repeat(size)] as const,
      );
      const carried = new Map([...files, ["artifacts/shared.txt", key], ["result.md", key], ["run.json", "{}"]]);
      const answer = leases.publish(held.held, { ...whole, phase: "published" }, carried);
      return { task: key, epoch, lease: answer.kind === "held" ? answer.held.oid : "" };
    });
  const fold = async (epoch: number, sizes: Readonly<Record<string, number>>) => {
    const results = published(epoch, sizes);
    const sightings = new Sightings(clock, { id: "hub", nonce: "life" });
    const state = await stage.state(plan);
    const snapshot = await observe({ ports: options, sightings, state, policy, runs: [], leases: leases.current });
    const before = stage.world.ledger.length;
    const scene = { ports: options, sightings, snapshot, policy };
    await performAll([{ kind: "fold-results", results }], { scene, showAll: true });
    return stage.world.ledger.slice(before);
  };
  expect(await fold(1, { small: 9 })).toHaveLength(1);

  const commits = await fold(2, { "a.txt": mebibyte, "b.txt": mebibyte });
  expect(commits).toHaveLength(2);
  for (const { touched, files } of commits) {
    const bytes = touched.map((path) => Buffer.byteLength(files.get(path) ?? ""));
    expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(4 * mebibyte);
  }
  const [first, last] = commits;
  expect(first?.message).toBe(`Plan #${plan}: results of T1, T2`);
  expect(first?.touched).toContain(`plans/${plan}/artifacts/T2-a.txt`);
  expect(first?.touched).not.toContain(runPath(plan, "T2", 2));
  expect(last?.files.get(`plans/${plan}/artifacts/shared.txt`)).toBe("T3");
  for (const key of keys) {
    expect(last?.files.get(resultPath(plan, key))).toBe(key);
    expect(last?.files.has(runPath(plan, key, 2))).toBe(true);
  }
});
