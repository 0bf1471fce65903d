import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { HeldLease } from "../../src/core/lease/lease.ts";
import { leaseRef } from "../../src/core/lease/lease.ts";
import type { Origin } from "../git/origin.ts";
import { git, makeFolder, makeLease, makeOrigin } from "../git/origin.ts";
import type { Bench } from "./bench.ts";
import { makeBench, makeOffer } from "./bench.ts";

let folder: { path: string; remove(): Promise<void> };
let origin: Origin;

beforeEach(async () => {
  folder = await makeFolder();
  origin = await makeOrigin(folder.path);
});
afterEach(() => folder.remove());

const candidate = "refs/coppice/candidates/12-1";
const branch = "refs/heads/coppice/12-task";

async function until<Value>(read: () => Promise<Value | undefined>): Promise<Value> {
  for (let turn = 0; turn < 400; turn += 1) {
    const value = await read();
    if (value !== undefined) return value;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("it never came");
}

/** Somebody else claims it, as often as it takes. */
async function takeOver({ leases }: Bench): Promise<HeldLease> {
  return until(async () => {
    const now = (await leases.list()).get(12);
    const next = now && { ...now.lease, phase: "claimed" as const, epoch: 2, holder: "two/run-2" };
    const taken = now && next && (await leases.swap(now.oid, next));
    return taken?.kind === "held" ? taken.held : undefined;
  });
}

const offer = () => makeOffer({ lease: makeLease({ seconds: 1 }) });

describe("work in progress", () => {
  it("is pushed with the renewal, not on the work branch; the next attempt finds it, and it ends under trash", async () => {
    const one = await makeBench(folder.path, origin, "echo half > greeting.txt; echo ready; sleep 60");
    const first = one.run(offer());
    const pushed = await until(() => origin.ref(candidate));
    expect(await git(origin.folder, "show", `${candidate}:greeting.txt`)).toBe("half");
    expect(await git(origin.folder, "log", "-1", "--format=%s", candidate)).toBe(
      "Checkpoint: Add a greeting [skip ci]",
    );
    expect(await origin.ref(leaseRef(12))).not.toBe(one.told.leases[0]?.oid);
    expect(await origin.ref(branch)).toBeUndefined();
    const two = await makeBench(
      folder.path,
      origin,
      "cat $COPPICE_TASK_FILE; git apply .coppice/context/earlier-work.patch",
      {
        name: "two",
      },
    );
    const taken = await takeOver(two);
    expect(await first).toMatchObject({ failure: { kind: "lease-lost" } });
    const outcome = await two.run(makeOffer({ run: "run-2", expected: taken.oid, lease: taken.lease }));
    if (outcome.kind !== "published") throw new Error(JSON.stringify(outcome));
    expect(two.told.output).toContain("`.coppice/context/earlier-work.patch`: a patch, unfinished");
    expect(await git(origin.folder, "show", `${branch}:greeting.txt`)).toBe("half");
    const held = (await two.leases.list()).get(12);
    if (held) await two.leases.remove([{ held, branch: { name: "coppice/12-task", head: outcome.head } }]);
    const left = (await git(origin.folder, "for-each-ref", "--format=%(refname) %(objectname)", "refs/coppice")).split(
      "\n",
    );
    expect(left).toContain(`refs/coppice/trash/12-1-${pushed.slice(0, 12)} ${pushed}`);
    expect(left.filter((ref) => !ref.startsWith("refs/coppice/trash/"))).toEqual([]);
  });

  it("is pushed once for each state, and never with a secret or a forbidden path; the lease is renewed all the same", async () => {
    for (const line of ["echo known-secret-value > a", "mkdir .github; echo a > .github/a", "true"]) {
      const bench = await makeBench(folder.path, origin, `${line}; sleep 60`, { name: `bench${line.length}` });
      const stopping = new AbortController();
      const run = bench.run({ ...offer(), expected: await origin.ref(leaseRef(12)) }, {}, stopping.signal);
      const first = await until(async () => bench.told.leases[0]?.oid);
      const renewed = await until(async () => ((await origin.ref(leaseRef(12))) === first ? undefined : true));
      expect(renewed).toBe(true);
      expect(await origin.ref("refs/coppice/candidates")).toBeUndefined();
      stopping.abort("enough");
      await run;
    }
  });

  it("that the remote does not take costs no lease", async () => {
    await git(origin.folder, "config", "receive.hideRefs", "refs/coppice/candidates");
    const bench = await makeBench(folder.path, origin, "echo half > a; sleep 3; echo whole > a");
    expect((await bench.run(offer())).kind).toBe("published");
  });
});
