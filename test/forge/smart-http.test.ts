import { getEventListeners } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { verify } from "@octokit/webhooks-methods";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { cloneUrl, commit, eventually, git, secret, seed, startWorld, tryGit, type World } from "./support.ts";

let world: World;
let work: string;
let remote: string;

beforeAll(async () => {
  world = await startWorld();
  work = await seed();
  await world.forge.admin.importRepository({ owner: "ada", name: "sample", from: work, branch: "main" });
  await world.forge.admin.createRepository({ owner: "ada", name: "secret", private: true });
  remote = cloneUrl(world.forge, "ada/sample", world.token);
  await git(work, "remote", "add", "origin", remote);
});

afterAll(async () => {
  await world.close();
  await rm(work, { recursive: true });
});

const heads = async () => git(work, "ls-remote", remote);

test("an imported repository is cloned by stock git without signing in", async () => {
  const folder = await mkdtemp(join(tmpdir(), "clone-"));
  await git(folder, "clone", "--quiet", `${world.forge.gitUrl}/ada/sample.git`, ".");
  expect(await readFile(join(folder, "README.md"), "utf8")).toBe("# Sample\n");
  await rm(folder, { recursive: true });
});

test("protocol version 2 is answered as git answers it, without refs, and only to those who may read", async () => {
  const ask = (repository: string, headers: Record<string, string>) =>
    fetch(`${world.forge.gitUrl}/ada/${repository}.git/info/refs?service=git-upload-pack`, { headers });
  const [first, second] = await Promise.all([1, 2].map(() => ask("sample", { "git-protocol": "version=2" })));
  const answer = (await first?.text()) ?? "";
  expect(first?.headers.get("content-type")).toBe("application/x-git-upload-pack-advertisement");
  expect(answer).toMatch(/^000eversion 2\n[\s\S]*ls-refs[\s\S]*fetch=[^\n]*\bfilter\b[\s\S]*0000$/);
  expect(answer).not.toContain("refs/heads");
  expect(await second?.text()).toBe(answer);
  expect(await (await ask("sample", {})).text()).toContain("refs/heads/main");
  expect((await ask("secret", { "git-protocol": "version=2" })).status).toBe(401);
});

test("a second import leaves what was pushed meanwhile", async () => {
  const before = await heads();
  const other = await seed({ other: "x" });
  await world.forge.admin.importRepository({ owner: "ada", name: "sample", from: other, branch: "main" });
  expect(await heads()).toBe(before);
  await rm(other, { recursive: true });
});

test("a push raises create and push events, signed, with the commits and who pushed", async () => {
  await git(work, "switch", "--quiet", "-c", "feature");
  const oid = await commit(work, { "src/a.ts": "1\n" }, "Add a");
  await git(work, "push", "--quiet", "origin", "feature");
  const push = await eventually(() => world.receiver.received.find((row) => row.payload.ref === "refs/heads/feature"));
  expect(push.event).toBe("push");
  expect(await verify(secret, push.text, push.signature)).toBe(true);
  expect(push.payload).toMatchObject({
    after: oid,
    before: "0".repeat(40),
    created: true,
    deleted: false,
    forced: false,
    head_commit: { id: oid, message: "Add a", added: ["src/a.ts"] },
    commits: [{ id: oid }],
    sender: { login: "ada" },
    repository: { full_name: "ada/sample" },
    installation: { id: world.installationId },
  });
  const created = world.receiver.received.find((row) => row.event === "create" && row.payload.ref === "feature");
  expect(created?.payload).toMatchObject({ ref_type: "branch", master_branch: "main" });
});

test("an atomic push with one stale lease moves nothing", async () => {
  const base = await commit(work, { "b.ts": "1\n" }, "Add b");
  await git(work, "push", "--quiet", "origin", "HEAD:refs/heads/b", "HEAD:refs/coppice/leases/1");
  await commit(work, { "b.ts": "2\n" }, "Change b");
  const before = await heads();
  expect(before).toContain("refs/coppice/leases/1");
  const stale = `--force-with-lease=refs/coppice/leases/1:${"1".repeat(40)}`;
  const fresh = `--force-with-lease=refs/heads/b:${base}`;
  const refs = ["HEAD:refs/heads/b", "HEAD:refs/coppice/leases/1"];
  const refused = await tryGit(work, "push", "--atomic", fresh, stale, "origin", ...refs);
  expect(refused.code).not.toBe(0);
  expect(await heads()).toBe(before);
  const right = `--force-with-lease=refs/coppice/leases/1:${base}`;
  expect((await tryGit(work, "push", "--atomic", fresh, right, "origin", ...refs)).code).toBe(0);
  expect(await heads()).not.toBe(before);
});

test("refs outside heads and tags raise no event", async () => {
  const oid = await commit(work, { "c.ts": "1\n" }, "Add c");
  await git(work, "push", "--quiet", "origin", "HEAD:refs/coppice/leases/2");
  await git(work, "push", "--quiet", "origin", "HEAD:refs/heads/c");
  await eventually(() => world.receiver.received.find((row) => row.payload.after === oid));
  const refs = world.receiver.received.map((row) => String(row.payload.ref));
  expect(refs.filter((ref) => ref.includes("coppice"))).toEqual([]);
});

test("refs/pull cannot be pushed and the default branch cannot be deleted", async () => {
  const before = await heads();
  expect((await tryGit(work, "push", "origin", "HEAD:refs/pull/9/head")).code).not.toBe(0);
  expect((await tryGit(work, "push", "origin", ":refs/heads/main")).code).not.toBe(0);
  expect(await heads()).toBe(before);
});

test("strangers cannot push, cannot see private repositories, and wrong tokens are refused", async () => {
  const anonymous = await tryGit(work, "push", `${world.forge.gitUrl}/ada/sample.git`, "HEAD:refs/heads/x");
  expect(anonymous.output).toMatch(/could not read Username|Authentication failed/);
  const secretRepository = await tryGit(work, "ls-remote", `${world.forge.gitUrl}/ada/secret.git`);
  expect(secretRepository.output).toMatch(/could not read Username|Authentication failed/);
  const wrong = await tryGit(work, "ls-remote", cloneUrl(world.forge, "ada/secret", "ghp_wrong"));
  expect(wrong.output).toContain("Authentication failed");
  world.forge.admin.ensureUser({ login: "eve" });
  const eve = world.forge.admin.createToken("eve");
  const readOnly = await tryGit(work, "push", cloneUrl(world.forge, "ada/sample", eve), "HEAD:refs/heads/x");
  expect(readOnly.output).toContain("403");
  world.forge.admin.setPermission("ada/sample", "eve", "write");
  expect((await tryGit(work, "push", cloneUrl(world.forge, "ada/sample", eve), "HEAD:refs/heads/x")).code).toBe(0);
});

test("a push large enough to be sent compressed and in pieces arrives whole", async () => {
  const lines = Array.from({ length: 200_000 }, (_, at) => `${at} ${(at * 7919) % 104_729}`).join("\n");
  const oid = await commit(work, { "large.txt": lines }, "Add much");
  await git(work, "push", "--quiet", "origin", "HEAD:refs/heads/large");
  expect(await heads()).toContain(`${oid}\trefs/heads/large`);
});

test("a tree that names .git or .. is refused", async () => {
  const blob = (await git(work, "hash-object", "-w", "README.md")).trim();
  const { execa } = await import("execa");
  for (const name of [".git", ".."]) {
    const input = `100644 blob ${blob}\t${name}\n`;
    const tree = (await execa("git", ["mktree"], { cwd: work, input })).stdout.trim();
    const evil = await git(work, "commit-tree", tree, "-m", "evil");
    expect((await tryGit(work, "push", "origin", `${evil.trim()}:refs/heads/evil`)).code).not.toBe(0);
  }
  expect(await heads()).not.toContain("refs/heads/evil");
});

test("pushes, fetches and deliveries leave nothing behind at a signal that lives as long as the forge", async () => {
  const any = vi.spyOn(AbortSignal, "any");
  const listens = vi.spyOn(EventTarget.prototype, "addEventListener");
  const mostAtOne = () => {
    const signals = new Set(listens.mock.contexts.filter((target) => target instanceof AbortSignal));
    return Math.max(...[...signals].map((signal) => getEventListeners(signal, "abort").length));
  };
  const round = async (number: number) => {
    await git(work, "push", "--quiet", "origin", `main:refs/heads/round-${number}`);
    await git(work, "fetch", "--quiet", "origin");
    const isPush = ({ payload }: { payload: Record<string, unknown> }) => payload.ref === `refs/heads/round-${number}`;
    await eventually(() => world.receiver.received.find((row) => row.event === "push" && isPush(row)));
  };
  for (const number of [1, 2, 3]) await round(number);
  // Three fetches, pushes and deliveries at least would be left.
  await eventually(() => mostAtOne() <= 3);
  expect(any).not.toHaveBeenCalled();
  vi.restoreAllMocks();
});
