import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CoppiceError } from "../../src/core/errors.ts";
import { leaseRef } from "../../src/core/lease/lease.ts";
import { writeLease } from "../../src/git/lease-commits.ts";
import { createLeases } from "../../src/git/leases.ts";
import type { Mirror } from "../../src/git/mirror.ts";
import { publish } from "../../src/git/publish.ts";
import { createWorkspaces } from "../../src/git/workspaces.ts";
import type { Clock } from "../../src/ports/clock.ts";
import { hurryingClock } from "../support/hurrying-clock.ts";
import type { ServedOrigin } from "./git-server.ts";
import { startServedOrigin } from "./git-server.ts";
import { git, makeLease, makeMirror, quiet, writeFiles } from "./origin.ts";
import { systemClock } from "./system-clock.ts";

const token = "ghs_token-for-git-over-http";
const author = { name: "bot", email: "bot@example.com" };

let served: ServedOrigin;

beforeEach(async () => {
  served = await startServedOrigin(token);
});
afterEach(() => served.close());

async function open(name: string, given = token, clock: Clock = systemClock) {
  const mirror = await makeMirror(served.folder, name, served.url, given);
  const parts = { mirror, clock, log: quiet };
  return {
    leases: createLeases({ ...parts, defaultBranch: "main" }),
    workspaces: createWorkspaces({ ...parts, folder: join(served.folder, `${name}-runs`) }),
  };
}

describe("a push whose reply is lost", () => {
  it("is a claim all the same, found by reading back", async () => {
    const { leases } = await open("one");
    served.server.dropReplies = 1;
    const answer = await leases.swap(undefined, makeLease());
    if (answer.kind !== "held") throw new Error("lost");
    expect(await served.origin.ref(leaseRef(12))).toBe(answer.held.oid);
    expect(served.server.dropReplies).toBe(0);
  });

  it("never makes two owners: in ten rounds of two claimers, half of the replies lost, one owner each", async () => {
    const claimers = [await open("one"), await open("two")];
    for (let round = 1; round <= 10; round += 1) {
      served.server.dropReplies = 1;
      const answers = await Promise.all(
        claimers.map(({ leases }, index) => leases.swap(undefined, makeLease({ issue: round, holder: `w${index}/r` }))),
      );
      const owners = answers.flatMap((answer) => (answer.kind === "held" ? [answer.held.oid] : []));
      expect(owners).toEqual([await served.origin.ref(leaseRef(round))]);
    }
  });

  it("publishes branch and lease once, even after a minute without any answer", async () => {
    const clock = hurryingClock();
    const { leases, workspaces } = await open("one", token, clock);
    const claim = await leases.swap(undefined, makeLease());
    const opened = await workspaces.open(
      { run: "run", defaultBranch: "main", branch: "coppice/12-task", startOver: false, files: [], author },
      new AbortController().signal,
    );
    if (claim.kind !== "held" || opened.kind !== "ready") throw new Error("not ready");
    await writeFiles(opened.workspace.folders.worktree, { "new.txt": "new\n" });
    const changes = await opened.workspace.changes({ files: 10, bytes: 1_000 });
    if (changes.kind !== "changed") throw new Error(changes.kind);
    const head = await opened.workspace.commit({ tree: changes.tree, message: "work", author });
    served.server.dropReplies = 1;
    // Each attempt is one request to push and two to read, thrice more after pauses.
    served.server.refuse = 45;
    const publication = { held: claim.held, lease: makeLease({ phase: "published", head }), head, files: new Map() };
    const answer = await opened.workspace.publish(publication);
    expect(answer).toEqual({ kind: "published", lease: await served.origin.ref(leaseRef(12)) });
    expect(await served.origin.ref("refs/heads/coppice/12-task")).toBe(head);
    expect(served.server).toMatchObject({ dropReplies: 0, refuse: 0 });
    expect(clock.monotonic()).toBeGreaterThan(30_000);
    // The same held lease is no longer the ref's: a second publication of a stale worker moves nothing.
    const second = await opened.workspace.publish({ ...publication, lease: { ...publication.lease, epoch: 7 } });
    expect(second.kind).toBe("lease-lost");
    expect(answer).toEqual({ kind: "published", lease: await served.origin.ref(leaseRef(12)) });
  });

  it("is published work although the lease was freed before it was read back, and could not be fetched at once", async () => {
    const real = await makeMirror(served.folder, "one", served.url, token);
    const hub = await open("hub");
    let fetches = 0;
    const remote: Mirror["remote"] = async (args, call) => {
      if (args[0] === "fetch") fetches += 1;
      if (args[0] === "fetch" && fetches === 1) throw new CoppiceError("git-failed", "no answer");
      const result = await real.remote(args, call);
      const there = args[0] === "push" ? (await hub.leases.list()).get(12) : undefined;
      if (there) await hub.leases.swap(there.oid, { ...there.lease, phase: "free" });
      return result;
    };
    const publisher = { mirror: { ...real, remote }, clock: hurryingClock(), log: quiet };
    const held = await writeLease(real, makeLease());
    await real.remote(["push", "--quiet", real.url, `${held.oid}:${leaseRef(12)}`]);
    const head = (await real.branch("main")) ?? "";
    const publication = { held, lease: makeLease({ phase: "published", head }), head, files: new Map() };
    const answer = await publish(publisher, { name: "coppice/12-task", expected: undefined }, publication);
    expect(answer).toEqual({ kind: "published", lease: await served.origin.ref(leaseRef(12)) });
    expect(fetches).toBe(2);
  });

  it("and a connection that is reset before anything happened are both tried again", async () => {
    const { leases } = await open("one", token, hurryingClock());
    served.server.refuse = 1;
    expect((await leases.swap(undefined, makeLease())).kind).toBe("held");
  });
});

describe("the token", () => {
  it("that is wrong is an error that names neither it nor the address's credentials", async () => {
    const { leases } = await open("one", "ghs_wrong-token-nobody-must-see");
    const error = await leases.list().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "git-failed" });
    expect(String(error)).not.toContain("ghs_wrong");
  });

  it("is in no file of the mirror and in no argument", async () => {
    const { leases } = await open("one");
    await leases.swap(undefined, makeLease());
    const grep = ["-c", "safe.directory=*", "grep", "--no-index", "-l", token, "--", "."];
    const found = await git(served.folder, ...grep).catch(() => "");
    expect(found).toBe("");
  });
});
