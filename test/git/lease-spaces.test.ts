import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { HeldLease, Lease } from "../../src/core/lease/lease.ts";
import { branchesChosen } from "../../src/core/lease/spaces.ts";
import type { Leases } from "../../src/ports/leases.ts";
import { hurryingClock } from "../support/hurrying-clock.ts";
import { git, makeLease } from "./origin.ts";
import type { Spaces } from "./spaces.ts";
import { author, branch, held, makeSpaces, own } from "./spaces.ts";

let spaces: Spaces;
let origin: Spaces["origin"];
let warnings: Spaces["warnings"];
let open: Spaces["open"];
let refuse: Spaces["refuse"];
let allow: Spaces["allow"];
let ours: Spaces["ours"];

beforeEach(async () => {
  spaces = await makeSpaces();
  ({ origin, warnings, open, refuse, allow, ours } = spaces);
});
afterEach(() => spaces.remove());

const claims = (leases: Leases, issues: readonly number[]) =>
  leases.swapAll(issues.map((issue) => ({ expected: undefined, lease: makeLease({ issue }) })));

describe("many leases at once", () => {
  it("are moved by one push, each answered for by itself", async () => {
    const [one, two] = [await open("one"), await open("two")];
    const theirs = await held(two.leases.swap(undefined, makeLease({ issue: 13, holder: "two/run-2" })));
    const answers = await claims(one.leases, [12, 13, 14]);
    expect(answers.map(({ kind }) => kind)).toEqual(["held", "lost", "held"]);
    expect(answers[1]).toEqual({ kind: "lost", current: theirs });
    expect(one.told.pushes).toBe(1);
    const freed = answers.flatMap((answer) =>
      answer.kind === "held"
        ? [{ expected: answer.held.oid, lease: { ...answer.held.lease, phase: "free" as const } }]
        : [],
    );
    expect((await one.leases.swapAll(freed)).map(({ kind }) => kind)).toEqual(["held", "held"]);
    expect(one.told.pushes).toBe(2);
    expect([...(await two.leases.list()).values()].map(({ lease }) => lease.phase)).toEqual([
      "free",
      "running",
      "free",
    ]);
  });

  it("of which one cannot be pushed are held all the same, and that one is told as failed", async () => {
    const { leases } = await open("one", undefined, hurryingClock());
    await git(origin.folder, "update-ref", "refs/coppice/leases/13/x", (await origin.ref("refs/heads/main")) ?? "");
    const answers = await claims(leases, [12, 13]);
    expect(answers.map(({ kind }) => kind)).toEqual(["held", "failed"]);
  });

  it("that a process claims at the same moment share a push, and no two of one task do", async () => {
    const { leases, told } = await open("one");
    const swaps = [12, 13, 14, 15, 12].map((issue) => leases.swap(undefined, makeLease({ issue })));
    expect((await Promise.all(swaps)).map(({ kind }) => kind)).toEqual(["held", "held", "held", "held", "lost"]);
    expect(told.pushes).toBeLessThanOrEqual(3);
  });
});

describe("a remote that takes no refs below refs/coppice", () => {
  it("has everything in branches, found out by one refused push and told once; every process agrees", async () => {
    await refuse();
    const [one, two] = [await open("one"), await open("two")];
    const mine = await held(one.leases.swap(undefined, makeLease()));
    expect(warnings).toEqual([expect.stringContaining("takes no refs below refs/coppice")]);
    expect(await ours()).toEqual([branch, branchesChosen]);
    expect(await two.leases.swap(undefined, makeLease({ holder: "two/run-2" }))).toEqual({
      kind: "lost",
      current: mine,
    });
    expect((await two.leases.list()).get(12)).toEqual(mine);
    const opened = await one.workspaces.open(
      { run: "run", defaultBranch: "main", branch: "coppice/12-task", startOver: false, files: [], author },
      new AbortController().signal,
    );
    if (opened.kind !== "ready") throw new Error(opened.kind);
    const { workspace } = opened;
    const tree = await git(origin.folder, "rev-parse", "main^{tree}");
    const head = await workspace.commit({ tree, message: "work", author });
    await workspace.keep(head, "refs/coppice/trash/12-1", "remote");
    expect(await origin.ref("refs/heads/coppice-trash/12-1")).toBe(head);
    const lease: Lease = { ...mine.lease, phase: "published", head };
    const published = await workspace.publish({ held: mine, lease, head, files: new Map([["result.md", "done"]]) });
    if (published.kind !== "published") throw new Error(published.kind);
    const [seen] = [...(await two.leases.list()).values()];
    expect(seen).toMatchObject({ oid: published.lease, lease: { phase: "published" } });
    expect((await two.leases.files(published.lease)).get("result.md")).toBe("done");
    if (seen) await two.leases.remove([{ held: seen, branch: { name: "coppice/12-task", head } }]);
    expect(await ours()).toEqual([branchesChosen, "refs/heads/coppice-trash/12-1"]);
    expect(warnings).toHaveLength(2);
    const before = one.told.pushes;
    await held(one.leases.swap(undefined, makeLease({ issue: 13 })));
    expect(one.told.pushes).toBe(before + 1);
  });

  it("has many leases claimed in branches by three pushes, whoever asks first", async () => {
    await refuse();
    const { leases, told } = await open("one");
    expect((await claims(leases, [12, 13, 14])).map(({ kind }) => kind)).toEqual(["held", "held", "held"]);
    // Refused; the choice; in branches.
    expect(told.pushes).toBe(3);
  });

  it("is told from one that takes nothing at all", async () => {
    await git(origin.folder, "config", "receive.hideRefs", "refs");
    const { leases } = await open("one");
    await expect(leases.swap(undefined, makeLease())).rejects.toThrow(
      /refuses refs\/coppice\/leases\/12: .*hidden ref/,
    );
    expect(warnings).toEqual([]);
  });
});

describe("two processes that do not see the same space yet", () => {
  it("have one owner: a claim among our own refs gives way when branches were chosen before it was read back", async () => {
    const other = await open("two");
    const one = await open("one", async (pushes) => {
      if (pushes > 1) return;
      await refuse();
      await held(other.leases.swap(undefined, makeLease({ issue: 13 })));
      await allow();
    });
    const mine = await held(one.leases.swap(undefined, makeLease()));
    expect(await origin.ref(own)).toBeUndefined();
    expect(await origin.ref(branch)).toBe(mine.oid);
  });

  it("have one owner: a claim in branches gives way to one that was made among our own refs", async () => {
    const other = await open("two");
    let theirs: HeldLease | undefined;
    const one = await open("one", async (pushes) => {
      // Before the choice is made known, and after our own push was refused.
      if (pushes > 1) return;
      await allow();
      theirs = await held(other.leases.swap(undefined, makeLease({ holder: "two/run-2" })));
      await refuse();
    });
    await refuse();
    expect(await one.leases.swap(undefined, makeLease())).toEqual({ kind: "lost", current: theirs });
    expect(await origin.ref(branch)).toBeUndefined();
    expect(await origin.ref(own)).toBe(theirs?.oid);
  });

  it("have one owner in each of ten rounds in which the rule comes and goes between any two steps", async () => {
    const flip = async () => (Math.random() < 0.5 ? await refuse() : await allow().catch(() => undefined));
    const claimers = [await open("one", flip), await open("two", flip)];
    for (let issue = 1; issue <= 10; issue += 1) {
      await git(origin.folder, "update-ref", "-d", branchesChosen);
      const answers = await Promise.all(
        claimers.map(({ leases }, at) =>
          leases.swap(undefined, makeLease({ issue, holder: `w${at}/run` })).catch(() => ({ kind: "lost" }) as const),
        ),
      );
      const owners = answers.filter(({ kind }) => kind === "held");
      expect(owners.length).toBeLessThanOrEqual(1);
    }
  });
});
