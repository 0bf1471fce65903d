import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Origin } from "../git/origin.ts";
import { git, makeFolder, makeLease, makeOrigin } from "../git/origin.ts";
import { makeBench, makeOffer } from "./bench.ts";

let folder: { path: string; remove(): Promise<void> };
let origin: Origin;

beforeEach(async () => {
  folder = await makeFolder();
  origin = await makeOrigin(folder.path);
});
afterEach(() => folder.remove());

const trashIn = (repository: string) => git(repository, "for-each-ref", "--format=%(refname)", "refs/coppice/trash/");

describe("a run", () => {
  it("that fails verification keeps its work under trash, one with a secret keeps it off the remote", async () => {
    const bench = await makeBench(folder.path, origin, "echo a > a");
    await bench.run(makeOffer({ verify: ["false"] }));
    const [saved = ""] = (await trashIn(origin.folder)).split("\n");
    expect(saved).toMatch(/^refs\/coppice\/trash\/12-1-[0-9a-f]{12}$/);
    expect(await git(origin.folder, "ls-tree", "-r", "--name-only", saved)).toContain("a");
    const leaky = await makeBench(folder.path, origin, "echo known-secret-value > a", { name: "leaky" });
    await leaky.run(makeOffer({ issue: 13, lease: makeLease({ issue: 13, branch: "coppice/13" }) }));
    expect((await trashIn(origin.folder)).split("\n")).toEqual([saved]);
    const local = await trashIn(join(folder.path, "leaky.git"));
    expect(local).toMatch(/trash\/13-1-/);
  });

  it("whose lease was taken over meanwhile publishes nothing and moves nothing, but keeps its work", async () => {
    const bench = await makeBench(folder.path, origin, "echo a > a");
    const offer = makeOffer({ verify: ["true"] });
    const outcome = bench.run(offer, {
      onPhase: () => {},
      onLease: (held) => void bench.leases.swap(held.oid, { ...held.lease, epoch: 2, holder: "two/run-2" }),
    });
    expect(await outcome).toMatchObject({
      failure: { kind: "lease-lost", message: expect.stringContaining("two/run-2") },
    });
    expect(await origin.ref("refs/heads/coppice/12-task")).toBeUndefined();
    expect((await bench.leases.list()).get(12)?.lease).toMatchObject({
      epoch: 2,
      holder: "two/run-2",
      phase: "running",
    });
    expect(await trashIn(origin.folder)).toMatch(/12-1-/);
  });

  it("that changed too much keeps it in the mirror, one with a repository inside leaves its worktree", async () => {
    const bench = await makeBench(folder.path, origin, "for i in $(seq 101); do echo $i > f$i; done");
    await bench.run(makeOffer());
    const mirror = join(folder.path, "one.git");
    expect((await git(mirror, "ls-tree", "--name-only", await trashIn(mirror))).split("\n")).toHaveLength(102);
    expect(await trashIn(origin.folder)).toBe("");
    const nested = await makeBench(folder.path, origin, "echo mine > a; git init -q inside; echo b > inside/b", {
      name: "two",
    });
    await nested.run(makeOffer({ issue: 13, lease: makeLease({ issue: 13 }) }));
    const left = join(folder.path, "two-runs-left", "run-1", "work", "worktree");
    expect(await readFile(join(left, "a"), "utf8")).toBe("mine\n");
  });
});
