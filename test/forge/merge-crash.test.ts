import { afterAll, beforeAll, expect, test } from "vitest";
import { commitTree } from "../../src/forge/git/commits.ts";
import { type Forge, startForge } from "../../src/forge/index.ts";
import type { Pull } from "../../src/forge/model/pull.ts";
import { openStore } from "../../src/forge/store/store.ts";
import { type Workshop, workshop } from "./pull-support.ts";
import { git, octokit, startWorld, type World } from "./support.ts";

let world: World;
let shop: Workshop;
let forge: Forge;

beforeAll(async () => {
  world = await startWorld();
  shop = await workshop(world, "crash");
  forge = world.forge;
});

afterAll(async () => {
  await forge.stop();
  await world.close();
});

const client = () => octokit(forge, world.token);

/** Opens a pull request that closes an issue; answers both numbers. */
async function opened(name: string): Promise<{ pull: number; issue: number }> {
  const issue = await client().issues.create({ ...shop.repo, title: name });
  await shop.git("remote", "set-url", "origin", `${forge.url.replace("//", `//x:${world.token}@`)}/ada/crash.git`);
  await shop.branch(name, { [`${name}.txt`]: name });
  const body = `Closes #${issue.data.number}`;
  const pull = await client().pulls.create({ ...shop.repo, title: name, head: name, base: "main", body });
  return { pull: pull.data.number, issue: issue.data.number };
}

/** Stops the forge, leaves its folder as a kill at that moment of a merge would, and starts it again. */
async function killed(number: number, moment: "before the ref moved" | "after the ref moved"): Promise<string> {
  await forge.stop();
  const store = openStore(world.data);
  const pull = store.repositories
    .list("all", [])
    .flatMap(({ id }) => store.pulls.find("byNumber", [id, number]) ?? [])[0];
  const ada = store.accounts.find("byLogin", ["ada"]);
  if (pull === undefined || ada === undefined) throw new Error("the pull request is not in the store");
  const commitOid = await mergeCommit(pull);
  store.transaction(() => store.pulls.put({ ...pull, intendedMerge: { commitOid, byId: ada.id } }));
  await store.close();
  if (moment === "after the ref moved") await git(folder(pull), "update-ref", "refs/heads/main", commitOid);
  forge = await startForge({ data: world.data });
  return commitOid;
}

const folder = ({ repositoryId }: Pull) => `${world.data}/repositories/${repositoryId}.git`;

async function mergeCommit(pull: Pull): Promise<string> {
  const author = { name: "ada", email: "ada@example.com", date: "2026-01-01T00:00:00Z" };
  const tree = `${pull.head.oid}^{tree}`;
  return commitTree(folder(pull), { tree, parents: [pull.base.oid, pull.head.oid], message: "Merge", author });
}

test("a kill after the base branch moved: the merge is completed at start, its issue closed, its events raised once", async () => {
  const { pull, issue } = await opened("after");
  const commitOid = await killed(pull, "after the ref moved");
  const { data } = await client().pulls.get({ ...shop.repo, pull_number: pull });
  expect(data).toMatchObject({
    merged: true,
    state: "closed",
    merge_commit_sha: commitOid,
    merged_by: { login: "ada" },
  });
  expect((await client().issues.get({ ...shop.repo, issue_number: issue })).data).toMatchObject({
    state: "closed",
    state_reason: "completed",
  });
  await forge.stop();
  const store = openStore(world.data);
  const closed = store.deliveries.list("byApp", [world.app.id]).filter(({ action }) => action === "closed");
  await store.close();
  expect(closed.map(({ event }) => event).sort()).toEqual(["issues", "pull_request"]);
  forge = await startForge({ data: world.data });
});

test("a kill before the base branch moved: nothing was merged, and merging works", async () => {
  const { pull, issue } = await opened("before");
  await killed(pull, "before the ref moved");
  const at = { ...shop.repo, pull_number: pull };
  expect((await client().pulls.get(at)).data).toMatchObject({ merged: false, state: "open", mergeable: true });
  expect((await client().issues.get({ ...shop.repo, issue_number: issue })).data.state).toBe("open");
  expect((await client().pulls.merge(at)).data.merged).toBe(true);
});

test("a kill between opening a pull request and making its ref: the ref is there after the next start", async () => {
  const { pull } = await opened("unfetchable");
  await forge.stop();
  const store = openStore(world.data);
  const repository = store.repositories.list("all", [])[0];
  const row = repository && store.pulls.find("byNumber", [repository.id, pull]);
  await store.close();
  if (row === undefined) throw new Error("the pull request is not in the store");
  await git(folder(row), "update-ref", "-d", `refs/pull/${pull}/head`);
  forge = await startForge({ data: world.data });
  expect(await git(folder(row), "rev-parse", `refs/pull/${pull}/head`)).toBe(row.head.oid);
});
