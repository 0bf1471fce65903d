import { existsSync } from "node:fs";
import { readdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { leaseRef } from "../../src/core/lease/lease.ts";
import { noUsage } from "../../src/core/plan/plan.ts";
import type { RunOutcome } from "../../src/core/run/run.ts";
import type { Agent } from "../../src/ports/agent.ts";
import type { TaskOffer } from "../../src/ports/dispatch.ts";
import type { Processes } from "../../src/ports/sandbox.ts";
import { runTask } from "../../src/runner/run-task.ts";
import { parseRun } from "../../src/wire/run-json.ts";
import type { Origin } from "../git/origin.ts";
import { git, makeFolder, makeLease, makeOrigin } from "../git/origin.ts";
import { hurryingClock } from "../support/hurrying-clock.ts";
import type { Bench } from "./bench.ts";
import { makeBench, makeOffer } from "./bench.ts";

let folder: { path: string; remove(): Promise<void> };
let origin: Origin;

beforeEach(async () => {
  folder = await makeFolder();
  origin = await makeOrigin(folder.path, { "README.md": "hello\n", "check.sh": "test -f greeting.txt\n" });
});
afterEach(() => folder.remove());

function failureOf(outcome: RunOutcome) {
  if (outcome.kind !== "failed") throw new Error("published");
  return outcome.failure;
}

async function files(ref: string): Promise<string[]> {
  return (await git(origin.folder, "ls-tree", "-r", "--name-only", ref)).split("\n");
}

function runWith(bench: Bench, agent: Agent, offer: TaskOffer): Promise<RunOutcome> {
  const options = { worker: "one", secrets: () => [], network: false, onLease() {}, onPhase() {}, onOutput() {} };
  return runTask(offer, { ...bench.ports, agent }, options, new AbortController().signal);
}

/** A shell line that ends when the origin's ref has another value than this, empty for none. */
function waitWhile(ref: string, value: string): string {
  return `while test "$(git --git-dir=${origin.folder} rev-parse --quiet --verify ${ref})" = "${value}"; do sleep 0.05; done`;
}

const trash = () => git(origin.folder, "for-each-ref", "--format=%(refname)", "refs/coppice/trash/");
const branch = "refs/heads/coppice/12-task";

describe("a run", () => {
  it("publishes branch, lease, account, record and artifacts, and leaves no folder behind", async () => {
    const line =
      'cat "$COPPICE_TASK_FILE" .coppice/context/T0.md; echo hi > greeting.txt; git add -A; git commit -qm mine; ' +
      'echo "# Done" > "$COPPICE_OUT/result.md"; echo "# more" >> check.sh; echo api > "$COPPICE_OUT/api.txt"; ' +
      "printf '\\377' > \"$COPPICE_OUT/bytes.bin\"";
    const bench = await makeBench(folder.path, origin, line);
    const offer = makeOffer({ verify: ["sh check.sh"], context: [{ path: "T0.md", text: "earlier result" }] });
    const offeredAt = "2020-01-02T03:04:05.000Z";
    const outcome = await bench.run({ ...offer, lease: { ...offer.lease, offeredAt } });
    if (outcome.kind !== "published") throw new Error(JSON.stringify(outcome));
    expect(await origin.ref(branch)).toBe(outcome.head);
    expect(await origin.ref(leaseRef(12))).toBe(outcome.lease);
    expect(await files(branch)).toEqual(["README.md", "check.sh", "greeting.txt"]);
    expect(await git(origin.folder, "log", "--format=%an <%ae> %s", `main..${branch}`)).toBe(
      "coppice[bot] <1+coppice[bot]@users.noreply.github.com> Add a greeting",
    );
    const held = (await bench.leases.list()).get(12);
    expect(held?.lease).toMatchObject({ phase: "published", holder: "one/run-1", epoch: 1, head: outcome.head });
    const carried = await bench.leases.files(outcome.lease);
    expect(carried.get("result.md")).toMatch(/^# Done\n\n\nLeft out of the artifacts .*: `bytes.bin`\n$/);
    expect(carried.get("artifacts/api.txt")).toBe("api\n");
    expect(parseRun(carried.get("run.json") ?? "")).toMatchObject({
      // By the hub's clock, whatever the worker's says.
      startedAt: offeredAt,
      endedAt: expect.stringMatching(/^2020-01-02T03:/),
      filesChanged: 2,
      sandbox: "none (not confined)",
      attention: ['"check.sh" (modified): is what the change is checked with'],
    });
    expect(outcome.verification).toMatchObject({ kind: "passed", command: "sh check.sh" });
    expect(bench.told.output).toContain("# T1: Add a greeting");
    expect(bench.told.output).toContain("earlier result");
    expect(bench.told.phases).toEqual(["claiming", "preparing", "working", "verifying", "publishing"]);
    expect(await readdir(join(folder.path, "one-runs"))).toEqual([]);
  });

  it.each([
    ["true", {}, "no-change", /changed no file/],
    ["echo a > a; echo last words; exit 7", {}, "agent-failed", /exit code 7: last words/],
    ["echo a > a", { verify: ["echo checking", "echo wrong >&2; exit 2"] }, "verify-failed", /exit code 2: wrong/],
    ["echo a > a", { setup: ["exit 5"] }, "setup-failed", /exit code 5/],
    [
      "sleep 60",
      { timeoutMinutes: 0.01 },
      "timed-out",
      /^setup and agent together may take 0.01 minutes: .*longer than/,
    ],
    ["mkdir -p .github/workflows; echo a > .github/workflows/x.yml", {}, "policy", /\.github/],
    ["echo ghs_0123456789012345678901234567890 > a", {}, "policy", /GitHub token/],
    ["echo known-secret-value > a", {}, "policy", /credential/],
    ["echo a > a; printf known-secret-value | base64 > .coppice/out/x.txt", {}, "policy", /out\/x.txt/],
    ["for i in $(seq 101); do echo $i > f$i; done", {}, "policy", /at most 100/],
    ["head -c 5000000 /dev/zero > big", {}, "policy", /at most 4194304/],
    ["truncate -s 10G sparse", {}, "policy", /at most 4194304/],
    [
      "git init -q sub; cd sub; git -c user.name=a -c user.email=a commit -q --allow-empty -m a",
      {},
      "policy",
      /repository of its own/,
    ],
    ["rm README.md; mkfifo README.md", {}, "policy", /neither a file nor a link/],
    ["ln -s /etc/passwd link", {}, "policy", /leaves the repository/],
  ] as const)("of `%s` %j fails with %s and frees the lease", async (line, change, kind, message) => {
    const bench = await makeBench(folder.path, origin, line);
    const failure = failureOf(await bench.run(makeOffer(change)));
    expect(failure.kind).toBe(kind);
    expect(failure.message).toMatch(message);
    expect(failure).toMatchObject({ agent: expect.stringMatching(/^command:/), seconds: expect.any(Number) });
    expect(failure).not.toHaveProperty("usage");
    const held = (await bench.leases.list()).get(12);
    expect(held?.lease).toMatchObject({ phase: "free", epoch: 1, failures: [failure] });
    expect(await origin.ref(branch)).toBeUndefined();
  });

  it("that fails tells what it cost and how long its provider wants to rest; the published one hands that on", async () => {
    const bench = await makeBench(folder.path, origin, "true");
    const usage = { ...noUsage, inputTokens: 11, dollars: 0.5 };
    const spent: Agent = {
      id: "scripted",
      available: async () => "1",
      run: async () => ({ kind: "failed", reason: "quota", message: "no more", usage, retryAfterSeconds: 90.2 }),
    };
    const broken: Agent = {
      ...spent,
      run: async ({ onUsage }) => {
        onUsage?.(usage);
        throw new Error("a bug");
      },
    };
    const published = await makeBench(folder.path, origin, "echo a > a", { name: "three" });
    const first = failureOf(await runWith(bench, spent, makeOffer()));
    expect(first).toMatchObject({ kind: "quota", agent: "scripted", usage, retryAfterSeconds: 91 });
    const again = async (epoch: number) => {
      const held = (await bench.leases.list()).get(12);
      if (!held) throw new Error("no lease");
      const lease = { ...held.lease, phase: "claimed" as const, epoch };
      return makeOffer({ run: `run-${epoch}`, expected: held.oid, lease });
    };
    const second = failureOf(await runWith(bench, broken, await again(2)));
    expect(second).toMatchObject({ kind: "internal", message: "Error: a bug", usage });
    const outcome = await published.run(await again(3));
    if (outcome.kind !== "published") throw new Error(JSON.stringify(outcome));
    const record = parseRun((await published.leases.files(outcome.lease)).get("run.json") ?? "");
    expect(record.failures).toEqual([first, second]);
  });

  it("has one time limit for setup and agent, and one for the checks, however many lines they have", async () => {
    const asked: number[] = [];
    const through = (real: Processes): Processes => ({
      ...real,
      run: async (command, limits, signal) => {
        asked.push(limits.timeoutMilliseconds);
        return { ...(await real.run(command, limits, signal)), milliseconds: 20_000 };
      },
    });
    const bench = await makeBench(folder.path, origin, "echo a > a", { through });
    const offer = makeOffer({ timeoutMinutes: 1, setup: ["true", "true"], verify: ["true"] });
    expect((await bench.run(offer)).kind).toBe("published");
    expect(asked).toEqual([60_000, 40_000, 20_000, 60_000, 40_000, 20_000]);
  });

  it("is lost at the claim when somebody was faster, and touches nothing", async () => {
    const bench = await makeBench(folder.path, origin, "echo a > a");
    const faster = await bench.leases.swap(undefined, makeLease({ holder: "two/run-9" }));
    const failure = failureOf(await bench.run(makeOffer()));
    expect(failure).toMatchObject({ kind: "lease-lost", message: expect.stringContaining("two/run-9") });
    if (faster.kind === "held") expect(await origin.ref(leaseRef(12))).toBe(faster.held.oid);
  });

  it("renews its lease at half its length, and one that finds it taken ends its agent", async () => {
    const bench = await makeBench(folder.path, origin, "echo a > a; sleep 60");
    const first = bench.run(makeOffer({ lease: makeLease({ seconds: 1 }) }));
    const renewed = async () => (await origin.ref(leaseRef(12))) !== bench.told.leases[0]?.oid;
    for (let turn = 0; turn < 100 && !(bench.told.leases[0] && (await renewed())); turn += 1) await pause(100);
    expect(await renewed()).toBe(true);
    for (let turn = 0; turn < 20; turn += 1) {
      const now = (await bench.leases.list()).get(12);
      if (!now) throw new Error("no lease");
      const taken = await bench.leases.swap(now.oid, { ...now.lease, epoch: 2, holder: "two/run-2" });
      if (taken.kind === "held") break;
    }
    expect(failureOf(await first)).toMatchObject({ kind: "lease-lost", message: expect.stringContaining("two/run-2") });
  });

  it("whose branch a person moved meanwhile is a conflict, and the person's push stays", async () => {
    const bench = await makeBench(folder.path, origin, "echo a > a");
    let pushed: Promise<string> | undefined;
    const failure = failureOf(
      await bench.run(makeOffer({ verify: [waitWhile(branch, "")] }), {
        onPhase: (phase) => {
          if (phase === "verifying") pushed ??= origin.push({ "person.txt": "mine" }, { branch: "coppice/12-task" });
        },
      }),
    );
    expect(failure.kind).toBe("conflict");
    expect(await origin.ref(branch)).toBe(await pushed);
  });

  it("that does not merge with the default branch as it is now is a conflict, and the next one starts from there", async () => {
    const before = (await origin.ref("refs/heads/main")) ?? "";
    const line = `echo mine >> README.md; ${waitWhile("refs/heads/main", before)}`;
    const bench = await makeBench(folder.path, origin, line);
    let moved: Promise<string> | undefined;
    const onPhase = (phase: string) => {
      if (phase === "working") moved ??= origin.push({ "README.md": "theirs\n" });
    };
    expect(failureOf(await bench.run(makeOffer(), { onPhase })).kind).toBe("conflict");
    const main = await moved;
    const freed = (await bench.leases.list()).get(12);
    if (!freed) throw new Error("no lease");
    const outcome = await bench.run(
      makeOffer({ run: "run-2", expected: freed.oid, lease: { ...freed.lease, phase: "claimed", epoch: 2 } }),
    );
    expect(outcome.kind).toBe("published");
    expect(await git(origin.folder, "rev-parse", `${branch}^`)).toBe(main);
    expect(await git(origin.folder, "show", `${branch}:README.md`)).toBe("theirs\nmine");
  });

  it("continues on the branch it pushed before, and after a conflict rewrites it with the old head saved in the same push", async () => {
    const bench = await makeBench(folder.path, origin, 'echo x >> "f$COPPICE_RUN"');
    const first = await bench.run(makeOffer());
    if (first.kind !== "published") throw new Error("not published");
    const published = (await bench.leases.list()).get(12);
    const again = { ...makeLease({ head: first.head, epoch: 2 }) };
    const second = await bench.run(makeOffer({ run: "run-2", expected: published?.oid, lease: again }));
    if (second.kind !== "published") throw new Error(JSON.stringify(second));
    expect(await git(origin.folder, "rev-parse", `${branch}^`)).toBe(first.head);
    const conflict = { kind: "conflict", message: "does not merge", at: new Date().toISOString() } as const;
    const third = await bench.run(
      makeOffer({
        run: "run-3",
        expected: second.lease,
        lease: makeLease({ head: second.head, epoch: 3, failures: [conflict] }),
      }),
    );
    if (third.kind !== "published") throw new Error(JSON.stringify(third));
    expect(await files(branch)).toEqual(["README.md", "check.sh", "frun-3"]);
    expect(await origin.ref(`refs/coppice/trash/12-3-${second.head.slice(0, 12)}`)).toBe(second.head);
  });

  it("that is stopped ends its agent, frees the lease and keeps what was done", async () => {
    const bench = await makeBench(folder.path, origin, "echo a > a; echo ready; sleep 60");
    const controller = new AbortController();
    const outcome = bench.run(
      makeOffer(),
      { onOutput: (text) => text.includes("ready") && controller.abort("stopped by a person") },
      controller.signal,
    );
    expect(failureOf(await outcome)).toMatchObject({ kind: "stopped", message: "stopped by a person" });
    expect((await bench.leases.list()).get(12)?.lease.phase).toBe("free");
    expect(await files(await trash())).toContain("a");
  });

  it("does not count what setup made as the agent's change", async () => {
    const setup = ["mkdir -p deps && for i in $(seq 150); do echo $i > deps/$i; done", "echo pinned > lock.txt"];
    const bench = await makeBench(folder.path, origin, "true");
    expect(failureOf(await bench.run(makeOffer({ setup }))).kind).toBe("no-change");
    const freed = (await bench.leases.list()).get(12);
    const busy = await makeBench(folder.path, origin, "test -f deps/150 && echo hi > greeting.txt", { name: "busy" });
    const outcome = await busy.run(
      makeOffer({ setup, expected: freed?.oid, verify: ["test -f deps/150", "sh check.sh"] }),
    );
    expect(outcome.kind).toBe("published");
    expect(await files(branch)).toEqual(["README.md", "check.sh", "greeting.txt"]);
  });

  it("never reports an unreachable remote as anything but a failure", async () => {
    const bench = await makeBench(folder.path, origin, "echo a > a", { clock: hurryingClock() });
    await rename(origin.folder, `${origin.folder}.away`);
    const failure = failureOf(await bench.run(makeOffer()));
    expect(failure.kind).toBe("internal");
    expect(existsSync(origin.folder)).toBe(false);
  });
});

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
