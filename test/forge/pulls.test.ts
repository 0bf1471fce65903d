import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deliveries, type Workshop, workshop } from "./pull-support.ts";
import { eventually, installed, octokit, refusal, startWorld, tryGit, type World } from "./support.ts";

let world: World;
let shop: Workshop;
const told = (number: number, ...actions: string[]) =>
  expect(
    deliveries(world, { repo: "pulls", number, events: ["pull_request", "issues"], expected: actions.length }),
  ).resolves.toEqual(actions);

beforeAll(async () => {
  world = await startWorld();
  shop = await workshop(world, "pulls");
  for (const login of ["grace", "eve"]) world.forge.admin.ensureUser({ login });
  world.forge.admin.setPermission("ada/pulls", "grace", "write");
});

afterAll(() => world.close());

const as = (login: string) => octokit(world.forge, world.forge.admin.createToken(login));
const open = async (head: string, more: object = {}) =>
  (await world.ada.pulls.create({ ...shop.repo, title: `Add ${head}`, head, base: "main", ...more })).data;
const get = async (number: number) => (await world.ada.pulls.get({ ...shop.repo, pull_number: number })).data;
const merge = (number: number, more: object = {}) =>
  world.ada.pulls.merge({ ...shop.repo, pull_number: number, ...more });

describe("a pull request", () => {
  test("is opened, measured, listed, and its head can be fetched", async () => {
    const oid = await shop.branch("first", { "a.txt": "a\nb\n" });
    const pull = await open("first", { body: "For everybody" });
    expect(pull).toMatchObject({
      title: "Add first",
      body: "For everybody",
      state: "open",
      draft: false,
      merged: false,
      mergeable: true,
      mergeable_state: "clean",
      head: { ref: "first", sha: oid, label: "ada:first" },
      base: { ref: "main" },
      commits: 1,
      additions: 2,
      deletions: 0,
      changed_files: 1,
    });
    const at = { ...shop.repo, pull_number: pull.number };
    expect((await world.ada.pulls.listFiles(at)).data).toMatchObject([
      { filename: "a.txt", status: "added", additions: 2 },
    ]);
    expect((await world.ada.pulls.listCommits(at)).data).toMatchObject([{ sha: oid }]);
    const listed = await world.ada.pulls.list({ ...shop.repo, head: "ada:first" });
    expect(listed.data.map(({ number }) => number)).toEqual([pull.number]);
    expect((await world.ada.pulls.list({ ...shop.repo, base: "other" })).data).toEqual([]);
    const issue = await world.ada.issues.get({ ...shop.repo, issue_number: pull.number });
    expect(issue.data).toMatchObject({ node_id: pull.node_id, pull_request: { merged_at: null } });
    expect((await world.ada.issues.listForRepo(shop.repo)).data.map(({ number }) => number)).toContain(pull.number);
    expect((await shop.git("ls-remote", "origin", `refs/pull/${pull.number}/head`)).split("\t")[0]).toBe(oid);
    expect((await tryGit(shop.clone, "push", "origin", `+main:refs/pull/${pull.number}/head`)).code).not.toBe(0);
    await told(pull.number, "pull_request opened");
    const about = await world.ada.repos.listPullRequestsAssociatedWithCommit({ ...shop.repo, commit_sha: oid });
    expect(about.data.map(({ number }) => number)).toEqual([pull.number]);
  });

  test("cannot be opened twice, from nothing, or without a branch", async () => {
    const errors = async (head: string, base = "main") => {
      const error = await world.ada.pulls.create({ ...shop.repo, title: "Again", head, base }).catch((cause) => cause);
      expect(error.status).toBe(422);
      return error.response.data.errors;
    };
    await shop.branch("twice", { "twice.txt": "2" });
    await open("ada:twice");
    expect(await errors("twice")).toMatchObject([{ message: "A pull request already exists for ada:twice." }]);
    expect(await errors("main")).toMatchObject([{ message: "No commits between main and main" }]);
    expect(await errors("nowhere")).toMatchObject([{ resource: "PullRequest", field: "head", code: "invalid" }]);
    expect(await errors("eve:twice")).toMatchObject([{ resource: "PullRequest", field: "head", code: "invalid" }]);
    expect(await errors("twice", "nowhere")).toMatchObject([{ field: "base", code: "invalid" }]);
    await shop.git("checkout", "--quiet", "--orphan", "foreign");
    await shop.extend("foreign", { "foreign.txt": "f" });
    expect((await errors("foreign"))[0].message).toContain("no history in common");
  });

  test("follows pushes to its head, and says so", async () => {
    const before = await shop.branch("moving", { "m.txt": "1\n" });
    const { number } = await open("moving");
    const after = await shop.extend("moving", { "m.txt": "1\n2\n" });
    const pull = await eventually(async () => {
      const now = await get(number);
      return now.head.sha === after && now;
    });
    expect(pull).toMatchObject({ commits: 2, additions: 2, mergeable: true });
    await told(number, "pull_request opened", "pull_request synchronize");
    const synchronized = world.receiver.received.find(({ payload }) => payload.action === "synchronize");
    expect(synchronized?.payload).toMatchObject({ before, after, number });
    expect((await shop.git("ls-remote", "origin", `refs/pull/${number}/head`)).split("\t")[0]).toBe(after);
  });

  test("is edited, moved to another base, closed, reopened, and labelled", async () => {
    await shop.branch("other-base", { "o.txt": "o" });
    await shop.branch("edited", { "e.txt": "e" });
    const { number } = await open("edited");
    const at = { ...shop.repo, pull_number: number };
    expect((await world.ada.pulls.update({ ...at, title: "New", body: "text" })).data).toMatchObject({ title: "New" });
    expect((await world.ada.pulls.update({ ...at, base: "other-base" })).data.base.ref).toBe("other-base");
    expect((await world.ada.pulls.update({ ...at, state: "closed" })).data).toMatchObject({
      state: "closed",
      merged: false,
    });
    expect((await merge(number).catch((error) => error)).status).toBe(405);
    expect((await world.ada.pulls.update({ ...at, state: "open" })).data.state).toBe("open");
    await world.ada.issues.addLabels({ ...shop.repo, issue_number: number, labels: ["fine"] });
    await world.ada.issues.update({ ...shop.repo, issue_number: number, state: "closed" });
    const actions = ["opened", "edited", "edited", "closed", "reopened", "labeled", "closed"];
    await told(number, ...actions.map((action) => `pull_request ${action}`));
    expect((await refusal(world.ada.pulls.update({ ...at, base: "nowhere" }))).status).toBe(422);
    expect((await refusal(as("eve").pulls.update({ ...at, title: "Mine" }))).status).toBe(403);
  });

  test("is closed when its head branch is deleted, and cannot be reopened without it", async () => {
    await shop.branch("doomed", { "d.txt": "d" });
    const { number } = await open("doomed");
    await shop.git("push", "--quiet", "origin", "--delete", "doomed");
    await eventually(async () => (await get(number)).state === "closed");
    expect(await get(number)).toMatchObject({ state: "closed", merged: false });
    await told(number, "pull_request opened", "pull_request closed");
    const reopening = world.ada.pulls.update({ ...shop.repo, pull_number: number, state: "open" });
    expect((await refusal(reopening)).status).toBe(422);
    const byIssue = world.ada.issues.update({ ...shop.repo, issue_number: number, state: "open" });
    expect((await refusal(byIssue)).status).toBe(422);
  });

  test("that conflicts says so and cannot be merged", async () => {
    await shop.branch("left", { "list.txt": "left\ntwo\nthree\n" });
    await shop.branch("right", { "list.txt": "right\ntwo\nthree\n" });
    const left = await open("left");
    const right = await open("right");
    expect(right.mergeable).toBe(true);
    await merge(left.number);
    expect(await get(right.number)).toMatchObject({ mergeable: false, mergeable_state: "dirty" });
    expect(await refusal(merge(right.number))).toEqual({ status: 405, message: "Pull Request is not mergeable" });
    await shop.git("checkout", "--quiet", "main");
    await shop.git("pull", "--quiet", "origin", "main");
  });
});

describe("a draft", () => {
  test("is made ready and turned back by GraphQL, and both are told", async () => {
    await shop.branch("draft", { "draft.txt": "d" });
    const pull = await open("draft", { draft: true });
    const toggle = (name: string) =>
      world.ada.graphql(`mutation($id: ID!) { ${name}(input: {pullRequestId: $id}) { pullRequest { isDraft } } }`, {
        id: pull.node_id,
      });
    await toggle("markPullRequestReadyForReview");
    expect(await get(pull.number)).toMatchObject({ draft: false, mergeable_state: "clean" });
    await toggle("convertPullRequestToDraft");
    expect(await get(pull.number)).toMatchObject({ draft: true, mergeable_state: "draft" });
    const actions = ["opened", "ready_for_review", "converted_to_draft"];
    await told(pull.number, ...actions.map((action) => `pull_request ${action}`));
  });
});

describe("merging", () => {
  test("makes a merge commit, closes the issues named in the text, and tells both", async () => {
    const issues = [];
    for (const title of ["one", "two", "three", "four"]) {
      issues.push((await world.ada.issues.create({ ...shop.repo, title })).data.number);
    }
    const [one, two, three, four] = issues;
    const head = await shop.branch("closing", { "c.txt": "c" });
    const body = `Fixes #${one}, closes: ada/pulls#${two}\n\nRESOLVED ${world.forge.url}/ada/pulls/issues/${three}; see #${four}`;
    const pull = await open("closing", { body });
    const main = (await world.ada.git.getRef({ ...shop.repo, ref: "heads/main" })).data.object.sha;
    const { data } = await merge(pull.number, { sha: head });
    const commit = (await world.ada.git.getCommit({ ...shop.repo, commit_sha: data.sha })).data;
    expect(commit.parents.map(({ sha }) => sha)).toEqual([main, head]);
    expect(commit.message).toBe(`Merge pull request #${pull.number} from ada/closing\n\nAdd closing`);
    expect((await world.ada.git.getRef({ ...shop.repo, ref: "heads/main" })).data.object.sha).toBe(data.sha);
    expect(await get(pull.number)).toMatchObject({
      state: "closed",
      merged: true,
      merged_by: { login: "ada" },
      merge_commit_sha: data.sha,
      changed_files: 1,
    });
    expect((await world.ada.pulls.checkIfMerged({ ...shop.repo, pull_number: pull.number })).status).toBe(204);
    expect((await world.ada.pulls.listFiles({ ...shop.repo, pull_number: pull.number })).data).toHaveLength(1);
    for (const number of [one, two, three]) {
      const issue = await world.ada.issues.get({ ...shop.repo, issue_number: number ?? 0 });
      expect(issue.data).toMatchObject({ state: "closed", state_reason: "completed", closed_by: { login: "ada" } });
    }
    expect((await world.ada.issues.get({ ...shop.repo, issue_number: four ?? 0 })).data.state).toBe("open");
    await told(pull.number, "pull_request opened", "pull_request closed");
    for (const number of [one, two, three]) await told(number ?? 0, "issues opened", "issues closed");
    expect(await refusal(merge(pull.number))).toMatchObject({ status: 405 });
    expect(
      (await refusal(world.ada.pulls.update({ ...shop.repo, pull_number: pull.number, state: "open" }))).status,
    ).toBe(422);
  });

  test("squashes into one commit by the author, with the words asked for", async () => {
    await shop.git("fetch", "--quiet", "origin");
    await shop.branch("squashed", { "s1.txt": "1" }, { from: "origin/main", message: "One\n\nfirst body" });
    await shop.extend("squashed", { "s2.txt": "2" }, "Two");
    const pull = await open("squashed");
    const { data } = await merge(pull.number, { merge_method: "squash" });
    const commit = (await world.ada.git.getCommit({ ...shop.repo, commit_sha: data.sha })).data;
    expect(commit.parents).toHaveLength(1);
    expect(commit.message).toBe(`Add squashed (#${pull.number})\n\n* One\n\nfirst body\n\n* Two`);
    expect(commit.author.name).toBe("ada");
    await shop.git("fetch", "--quiet", "origin");
    await shop.branch("worded", { "w.txt": "1" }, { from: "origin/main" });
    const worded = await open("worded");
    const words = { merge_method: "squash", commit_title: "Title", commit_message: "Message" };
    const second = await merge(worded.number, words);
    const { message } = (await world.ada.git.getCommit({ ...shop.repo, commit_sha: second.data.sha })).data;
    expect(message).toBe("Title\n\nMessage");
  });

  test("rebases every commit onto the base and keeps its author", async () => {
    const base = (await world.ada.git.getRef({ ...shop.repo, ref: "heads/main" })).data.object.sha;
    await shop.branch("rebased", { "r1.txt": "1" }, { from: "main", message: "R1" });
    await shop.extend("rebased", { "r2.txt": "2" }, "R2");
    const pull = await open("rebased");
    const { data } = await merge(pull.number, { merge_method: "rebase" });
    const commits = (await world.ada.repos.listCommits({ ...shop.repo, per_page: 3 })).data;
    expect(commits.map(({ commit }) => commit.message).slice(0, 2)).toEqual(["R2", "R1"]);
    expect(commits[0]).toMatchObject({
      sha: data.sha,
      commit: { author: { name: "Ada" }, committer: { name: "ada" } },
    });
    expect(commits[2]?.sha).toBe(base);
    const files = (await world.ada.git.getTree({ ...shop.repo, tree_sha: data.sha })).data.tree.map(({ path }) => path);
    expect(files).toEqual(expect.arrayContaining(["r1.txt", "r2.txt", "s1.txt", "c.txt"]));
    expect((await get(pull.number)).merged).toBe(true);
  });

  test("is refused when the head is not the one that was looked at, for drafts, and without the right to write", async () => {
    await shop.branch("guarded", { "g.txt": "g" });
    const { number } = await open("guarded");
    expect(await refusal(merge(number, { sha: "0".repeat(40) }))).toEqual({
      status: 409,
      message: "Head branch was modified. Review and try the merge again.",
    });
    expect((await refusal(as("eve").pulls.merge({ ...shop.repo, pull_number: number }))).status).toBe(403);
    const app = (await installed(world, { permissions: { pull_requests: "write" } })).octokit;
    expect(await refusal(app.pulls.merge({ ...shop.repo, pull_number: number }))).toEqual({
      status: 403,
      message: "Resource not accessible by integration",
    });
    await shop.branch("drafted", { "dr.txt": "d" });
    const draft = await open("drafted", { draft: true });
    expect(draft).toMatchObject({ draft: true, mergeable_state: "draft" });
    expect((await refusal(merge(draft.number))).status).toBe(405);
  });

  test("many at once leaves every one merged or refused for a reason, and nothing half done", async () => {
    await shop.git("fetch", "--quiet", "origin");
    const pulls: number[] = [];
    for (const name of ["p1", "p2", "p3", "p4"]) {
      await shop.branch(name, { [`${name}.txt`]: name }, { from: "origin/main" });
      pulls.push((await open(name)).number);
    }
    await Promise.all(pulls.map((number) => merge(number)));
    const main = (await world.ada.git.getTree({ ...shop.repo, tree_sha: "main" })).data.tree.map(({ path }) => path);
    expect(main).toEqual(expect.arrayContaining(["p1.txt", "p2.txt", "p3.txt", "p4.txt"]));
    for (const number of pulls) expect((await get(number)).merged).toBe(true);
  });

  test("does not happen when the head is forced back into the base: the pull request is only closed", async () => {
    await shop.git("fetch", "--quiet", "origin");
    await shop.branch("emptied", { "em.txt": "e" }, { from: "origin/main" });
    const { number } = await open("emptied");
    await shop.git("push", "--quiet", "--force", "origin", "origin/main:emptied");
    await eventually(async () => (await get(number)).state === "closed");
    expect((await get(number)).merged).toBe(false);
  });

  test("happens by a push that brings the head into the base, too", async () => {
    await shop.git("fetch", "--quiet", "origin");
    const oid = await shop.branch("pushed", { "pushed.txt": "p" }, { from: "origin/main" });
    const { number } = await open("pushed");
    await shop.git("push", "--quiet", "origin", "pushed:main");
    await eventually(async () => (await get(number)).merged);
    expect(await get(number)).toMatchObject({ state: "closed", merged_by: { login: "ada" }, merge_commit_sha: oid });
    await told(number, "pull_request opened", "pull_request closed");
  });
});

describe("a repository that tidies up", () => {
  test("deletes the head branch after a merge, but not one that another pull request needs", async () => {
    const tidy = await workshop(world, "tidy");
    await world.ada.repos.update({ ...tidy.repo, delete_branch_on_merge: true });
    await tidy.branch("below", { "below.txt": "b" });
    await tidy.branch("above", { "above.txt": "a" }, { from: "below" });
    const make = async (head: string, base: string) =>
      (await world.ada.pulls.create({ ...tidy.repo, title: head, head, base })).data.number;
    const [below, above] = [await make("below", "main"), await make("above", "below")];
    await world.ada.pulls.merge({ ...tidy.repo, pull_number: below });
    expect(await tidy.git("ls-remote", "origin", "refs/heads/below")).not.toBe("");
    await world.ada.pulls.update({ ...tidy.repo, pull_number: above, base: "main" });
    await world.ada.pulls.merge({ ...tidy.repo, pull_number: above });
    expect(await tidy.git("ls-remote", "origin", "refs/heads/above")).toBe("");
    const merged = (await world.ada.pulls.list({ ...tidy.repo, state: "closed" })).data;
    expect(merged.map(({ merged_at }) => merged_at === null)).toEqual([false, false]);
  });
});

describe("reviews", () => {
  test("are submitted by others, never in favour of one's own work", async () => {
    await shop.git("fetch", "--quiet", "origin");
    const head = await shop.branch("reviewed", { "rev.txt": "r" }, { from: "origin/main" });
    const { number } = await open("reviewed");
    const at = { ...shop.repo, pull_number: number };
    const own = world.ada.pulls.createReview({ ...at, event: "APPROVE" });
    expect(await refusal(own)).toEqual({ status: 422, message: "Unprocessable Entity" });
    expect((await refusal(as("grace").pulls.createReview({ ...at, event: "REQUEST_CHANGES" }))).status).toBe(422);
    const review = await as("grace").pulls.createReview({ ...at, event: "APPROVE", body: "Good" });
    expect(review.data).toMatchObject({ state: "APPROVED", user: { login: "grace" }, commit_id: head });
    await world.ada.pulls.createReview({ ...at, event: "COMMENT", body: "Thanks" });
    const states = (await world.ada.pulls.listReviews(at)).data.map(({ state }) => state);
    expect(states).toEqual(["APPROVED", "COMMENTED"]);
    const reviews = { repo: "pulls", number, events: ["pull_request_review"], expected: 2 };
    expect(await deliveries(world, reviews)).toEqual(Array(2).fill("pull_request_review submitted"));
  });
});
