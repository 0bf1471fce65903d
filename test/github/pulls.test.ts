import nock from "nock";
import { describe, expect, test } from "vitest";
import { openPlanViews } from "../../src/github/plan-views.ts";
import { openPulls } from "../../src/github/pulls.ts";
import { base, host, interceptRequests, onGraphql, testScope } from "./support.ts";

interceptRequests();

const head = "a".repeat(40);
const commit = "c".repeat(40);
const branch = "coppice/9-work";

const fields = {
  id: "PR_1",
  number: 4,
  url: "https://forge.test/octo/sample/pull/4",
  state: "OPEN",
  isDraft: false,
  isCrossRepository: false,
  headRefName: branch,
  headRefOid: head,
  mergeable: "MERGEABLE",
  mergeCommit: null as { oid: string } | null,
  reviewDecision: null as string | null,
  reviews: { nodes: [] as object[] },
  statusCheckRollup: null as object | null,
};
const view = {
  number: 4,
  nodeId: "PR_1",
  url: fields.url,
  state: "open",
  head,
  branch,
  draft: false,
  mergeable: "yes",
  checks: "none",
  changesRequested: false,
};

function onPull(change: Partial<typeof fields> = {}): void {
  onGraphql(({ variables }) => {
    expect(variables).toEqual({ owner0: "octo", name0: "sample", number0: 4 });
    return { data: { p0: { pullRequest: { ...fields, ...change } } } };
  });
}

const open = () => openPulls(testScope().scope);

describe("reading", () => {
  test("one request gives pull request, checks and reviews", async () => {
    onPull();
    expect(await open().get(4)).toEqual(view);
  });

  test("an unknown number is absent", async () => {
    onGraphql(() => ({
      data: { p0: { pullRequest: null } },
      errors: [{ type: "NOT_FOUND", message: "Could not resolve to a PullRequest", path: ["p0", "pullRequest"] }],
    }));
    expect(await open().get(4)).toBeUndefined();
  });

  test("a part that may not be read is an error, never 'no checks'", async () => {
    onGraphql(() => ({
      data: { p0: { pullRequest: fields } },
      errors: [{ type: "FORBIDDEN", message: "Resource not accessible by integration", path: ["p0"] }],
    }));
    await expect(open().get(4)).rejects.toMatchObject({ code: "forge-refused" });
  });

  const run = (status: string, conclusion: string | null) => ({ __typename: "CheckRun", status, conclusion });
  const status = (state: string) => ({ __typename: "StatusContext", state });
  test.each([
    [
      "passed",
      [run("COMPLETED", "SUCCESS"), run("COMPLETED", "SKIPPED"), run("COMPLETED", "NEUTRAL"), status("SUCCESS")],
    ],
    ["pending", [run("COMPLETED", "SUCCESS"), run("IN_PROGRESS", null)]],
    ["pending", [run("QUEUED", null)]],
    ["pending", [status("EXPECTED"), status("SUCCESS")]],
    ["failed", [run("IN_PROGRESS", null), run("COMPLETED", "FAILURE")]],
    ["failed", [run("COMPLETED", "CANCELLED")]],
    ["failed", [run("COMPLETED", "TIMED_OUT")]],
    ["failed", [run("COMPLETED", "ACTION_REQUIRED")]],
    ["failed", [run("COMPLETED", "SOMETHING_NEW")]],
    ["failed", [status("ERROR")]],
  ])("checks are %s for %j", async (checks, nodes) => {
    onPull({ statusCheckRollup: { state: "SUCCESS", contexts: { pageInfo: { hasNextPage: false }, nodes } } });
    expect((await open().get(4))?.checks).toBe(checks);
  });

  test.each([
    ["none", "SUCCESS"],
    ["pending", "PENDING"],
    ["pending", "EXPECTED"],
    ["failed", "FAILURE"],
  ])("checks are %s while GitHub's summary says %s and names none", async (checks, state) => {
    onPull({ statusCheckRollup: { state, contexts: { pageInfo: { hasNextPage: false }, nodes: [] } } });
    expect((await open().get(4))?.checks).toBe(checks);
  });

  test("past a hundred checks GitHub's own summary counts too", async () => {
    const nodes = [run("COMPLETED", "SUCCESS")];
    onPull({ statusCheckRollup: { state: "FAILURE", contexts: { pageInfo: { hasNextPage: true }, nodes } } });
    expect((await open().get(4))?.checks).toBe("failed");
  });

  const review = (login: string, state: string, __typename = "User") => ({ state, author: { __typename, login } });
  test.each([
    ["asked", true, [review("ada", "CHANGES_REQUESTED")], null],
    ["asked and taken back", false, [review("ada", "CHANGES_REQUESTED"), review("ada", "APPROVED")], null],
    ["dismissed", false, [review("ada", "DISMISSED")], null],
    ["one of two", true, [review("ada", "CHANGES_REQUESTED"), review("bob", "APPROVED")], null],
    ["a bot", false, [review("linter", "CHANGES_REQUESTED", "Bot")], null],
    ["GitHub's decision", true, [], "CHANGES_REQUESTED"],
  ])("changes: %s", async (_what, expected, nodes, reviewDecision) => {
    onPull({ reviews: { nodes }, reviewDecision });
    expect((await open().get(4))?.changesRequested).toBe(expected);
  });
});

const ofBranch = (state: string) => {
  return { head: `octo:${branch}`, state, sort: "created", direction: "desc", per_page: 30 };
};
const listed = (number: number, from: number | null = 1) => {
  return { number, head: { repo: from === null ? null : { id: from } }, base: { repo: { id: 1 } } };
};

describe("opening", () => {
  const proposal = { branch, base: "main", title: "Work", body: "Closes #9", draft: true, labels: ["coppice"] };
  const sent = { head: branch, base: "main", title: "Work", body: "Closes #9", draft: true };

  /** GraphQL would not: REST is asked, which says why. */
  const onRefused = () =>
    onGraphql(({ variables }) => {
      const input = { repositoryId: "R_1", headRefName: branch, baseRefName: "main" };
      expect(variables).toEqual({ input0: { ...input, title: "Work", body: "Closes #9", draft: true } });
      return { data: { p0: null }, errors: [{ type: "UNPROCESSABLE", message: "No", path: ["p0"] }] };
    });

  test("gives what the answer shows, checks and mergeability included, then labels", async () => {
    const { scope, usage } = testScope();
    onGraphql(() => ({ data: { p0: { pullRequest: { ...fields, isDraft: true } } } }));
    nock(host)
      .post(`${base}/issues/4/labels`, { labels: ["coppice"] })
      .reply(200, []);
    expect(await openPulls(scope).open(proposal)).toEqual({ ...view, draft: true });
    expect(usage.read()).toContainEqual({ route: "POST /graphql OpenPull", requests: 1, contents: 1 });
  });

  test("several at once are one request, and each has its own answer", async () => {
    const pulls = open();
    onGraphql(({ variables }) => {
      expect(Object.keys(variables)).toEqual(["input0", "input1"]);
      return {
        data: { p0: null, p1: { pullRequest: { ...fields, number: 5 } } },
        errors: [{ type: "UNPROCESSABLE", message: "A pull request already exists", path: ["p0"] }],
      };
    });
    nock(host).post(`${base}/pulls`).reply(422, { message: "A pull request already exists" });
    nock(host)
      .get(`${base}/pulls`)
      .query(ofBranch("open"))
      .reply(200, [listed(4)]);
    onPull();
    const plain = { ...proposal, labels: [] };
    const opened = await Promise.all([pulls.open(plain), pulls.open({ ...plain, branch: "coppice/10-more" })]);
    expect(opened.map(({ number }) => number)).toEqual([4, 5]);
  });

  test("by REST where GraphQL would not: creates, then labels", async () => {
    onRefused();
    nock(host)
      .post(`${base}/pulls`, sent)
      .reply(201, { number: 4, node_id: "PR_1", html_url: fields.url, draft: true, head: { sha: head, ref: branch } });
    nock(host)
      .post(`${base}/issues/4/labels`, { labels: ["coppice"] })
      .reply(200, []);
    expect(await open().open(proposal)).toEqual({ ...view, draft: true, mergeable: "unknown" });
  });

  test("gives the open one of the branch when GitHub says that there is one", async () => {
    onRefused();
    nock(host)
      .post(`${base}/pulls`)
      .reply(422, {
        message: "Validation Failed",
        errors: [{ message: `A pull request already exists for octo:${branch}.` }],
      });
    nock(host)
      .get(`${base}/pulls`)
      .query(ofBranch("open"))
      .reply(200, [listed(66, 2), listed(4), listed(3)]);
    onPull();
    nock(host).post(`${base}/issues/4/labels`).reply(200, []);
    expect(await open().open(proposal)).toEqual(view);
  });

  test("any other refusal is an error in GitHub's words", async () => {
    onRefused();
    nock(host)
      .post(`${base}/pulls`)
      .reply(422, {
        message: "Validation Failed",
        errors: [{ field: "head", code: "invalid" }, "No commits between main and work"],
      });
    await expect(open().open(proposal)).rejects.toMatchObject({
      code: "forge-refused",
      message: expect.stringContaining("Validation Failed: No commits between main and work"),
    });
  });
});

describe("merging", () => {
  const merging = { number: 4, head, method: "squash" as const, title: "Work (#4)", message: "why" };
  const onMerge = () =>
    nock(host).put(`${base}/pulls/4/merge`, {
      sha: head,
      merge_method: "squash",
      commit_title: "Work (#4)",
      commit_message: "why",
    });

  test("names exactly one commit", async () => {
    onMerge().reply(200, { sha: commit, merged: true });
    expect(await open().merge(merging)).toEqual({ kind: "merged", commit });
  });

  test("405 says why not, 409 that the head moved", async () => {
    onMerge().reply(405, { message: 'Required status check "ci" is expected.' });
    onPull();
    expect(await open().merge(merging)).toEqual({
      kind: "not-mergeable",
      reason: 'Required status check "ci" is expected.',
    });
    onMerge().reply(409, { message: "Head branch was modified. Review and try the merge again." });
    onPull();
    expect(await open().merge(merging)).toEqual({ kind: "head-moved" });
  });

  test("a lost answer is asked again, and merged already is merged", async () => {
    onMerge().reply(502, "");
    onMerge().reply(405, { message: "Pull Request is not mergeable" });
    onPull({ state: "MERGED", mergeCommit: { oid: commit } });
    expect(await open().merge(merging)).toEqual({ kind: "merged", commit });
  });

  test("another head merged is not ours", async () => {
    onMerge().reply(405, { message: "Pull Request is not mergeable" });
    onPull({ state: "MERGED", mergeCommit: { oid: commit }, headRefOid: "b".repeat(40) });
    expect((await open().merge(merging)).kind).toBe("not-mergeable");
  });
});

describe("merging what was seen before", () => {
  const merging = { number: 4, head, method: "squash" as const, title: "Work (#4)", message: "why" };
  const seen = async () => {
    const pulls = open();
    onPull();
    await pulls.get(4);
    return pulls;
  };
  const repository = { nameWithOwner: "octo/sample" };
  const pullRequest = {
    state: "MERGED",
    mergeCommit: { oid: commit },
    repository,
    closingIssuesReferences: {
      nodes: [
        { number: 9, state: "CLOSED", repository },
        { number: 10, state: "OPEN", repository },
        { number: 9, state: "CLOSED", repository: { nameWithOwner: "octo/other" } },
      ],
    },
  };

  test("names exactly one commit, and gives the issues of this repository that it closed", async () => {
    const pulls = await seen();
    onGraphql(({ variables }) => {
      const texts = { commitHeadline: "Work (#4)", commitBody: "why" };
      expect(variables).toEqual({
        input0: { pullRequestId: "PR_1", expectedHeadOid: head, mergeMethod: "SQUASH", ...texts },
      });
      return { data: { p0: { pullRequest } } };
    });
    expect(await pulls.merge(merging)).toEqual({ kind: "merged", commit, closed: [9] });
  });

  test("REST says why not where GraphQL would not", async () => {
    const pulls = await seen();
    onGraphql(() => ({ data: { p0: null }, errors: [{ type: "UNPROCESSABLE", message: "no", path: ["p0"] }] }));
    nock(host).put(`${base}/pulls/4/merge`).reply(409, { message: "Head branch was modified." });
    onPull();
    expect(await pulls.merge(merging)).toEqual({ kind: "head-moved" });
  });

  test("after another merge into the same branch it is tried again", async () => {
    const pulls = await seen();
    const message = "Base branch was modified. Review and try the merge again.";
    onGraphql(() => ({ data: { p0: null }, errors: [{ type: "UNPROCESSABLE", message, path: ["p0"] }] }));
    nock(host).put(`${base}/pulls/4/merge`).reply(405, { message });
    onPull();
    nock(host).put(`${base}/pulls/4/merge`).reply(200, { sha: commit, merged: true });
    expect(await pulls.merge(merging)).toEqual({ kind: "merged", commit });
  });
});

describe("observing a plan", () => {
  const repository = { nameWithOwner: "Octo/Sample" };
  const other = { nameWithOwner: "octo/other" };
  const issue = (number: number, change: object = {}) => ({
    id: `I_${number}`,
    databaseId: number * 10,
    number,
    title: `Task ${number}`,
    body: `<!-- coppice:plan=7;task=T${number} -->`,
    state: "OPEN",
    stateReason: null,
    repository,
    author: { __typename: "Bot", login: "coppice" },
    labels: { nodes: [{ name: "coppice:queued" }] },
    blockedBy: {
      nodes: [
        { number: 90, state: "OPEN", repository },
        { number: 91, state: "CLOSED", repository },
      ],
    },
    ...change,
  });
  const page = (nodes: (object | null)[], endCursor: string | null = null) => ({
    issue: {
      id: "I_7",
      title: "Plan",
      state: "OPEN",
      repository,
      subIssues: { pageInfo: { hasNextPage: endCursor !== null, endCursor }, nodes },
    },
  });

  const found = (nodes: (object | null)[], hasNextPage = false) => ({
    pullRequests: { pageInfo: { hasNextPage }, nodes },
  });

  test("is one request, whatever the number of branches; a fork's pull request is nobody's", async () => {
    const { scope, usage } = testScope();
    onGraphql(({ query, variables }) => {
      expect(query).not.toContain("coppice/");
      expect(variables).toMatchObject({ issue0: 7, branch1: "coppice/1", branch2: branch });
      const fork = { ...fields, number: 66, isCrossRepository: true };
      const closed = { ...fields, number: 3, state: "CLOSED" };
      return {
        data: {
          p0: page([issue(1)]),
          p1: found([]),
          p2: found([null, fork, fields, closed], true),
        },
      };
    });
    const seen = await openPlanViews(scope).observe({ issue: 7, branches: ["coppice/1", branch] });
    expect(seen).toEqual({
      parent: { nodeId: "I_7", title: "Plan", state: "open" },
      issues: [
        {
          number: 1,
          id: 10,
          nodeId: "I_1",
          title: "Task 1",
          state: "open",
          reason: undefined,
          labels: ["coppice:queued"],
          openBlockers: [90],
          key: "T1",
        },
      ],
      pulls: [view],
    });
    expect(usage.read()).toEqual([{ route: "POST /graphql SubIssues", requests: 1, contents: 0 }]);
  });

  test("another repository's issue is never taken for ours of the same number, but what blocks blocks", async () => {
    const nodes = [
      null,
      { number: 12, state: "OPEN", repository: other },
      { number: 13, state: "CLOSED", repository: other },
      { number: 12, state: "CLOSED", repository },
    ];
    const rows = [issue(1, { repository: other }), null, issue(1, { blockedBy: { nodes } })];
    onGraphql(() => ({ data: { p0: page(rows) } }));
    const { issues, elsewhere } = await openPlanViews(testScope().scope).observe({ issue: 7, branches: [] });
    expect(issues).toMatchObject([{ nodeId: "I_1", openBlockers: [], blockersElsewhere: ["octo/other#12"] }]);
    expect(elsewhere).toBe(2);
  });

  test("ours is found behind however many of forks' branches of the same name", async () => {
    const forks = [1, 2, 3, 4, 5].map((number) => ({ ...fields, number: 60 + number, isCrossRepository: true }));
    onGraphql(() => ({
      data: { p0: page([]), p1: found(forks, true), p2: found(forks.slice(1)), p3: found(forks, true) },
    }));
    const others = ["coppice/2", "coppice/3"];
    nock(host)
      .get(`${base}/pulls`)
      .query(ofBranch("all"))
      .reply(200, [listed(66, 2), listed(65, null), listed(4)]);
    nock(host)
      .get(`${base}/pulls`)
      .query({ ...ofBranch("all"), head: "octo:coppice/3" })
      .reply(200, []);
    onPull({ state: "CLOSED" });
    const { pulls } = await openPlanViews(testScope().scope).observe({ issue: 7, branches: [branch, ...others] });
    expect(pulls).toEqual([{ ...view, state: "closed" }]);
  });

  test("of a large plan is one request too: its phase parents are asked beside it", async () => {
    const { scope, usage } = testScope();
    onGraphql(({ variables }) => {
      expect(variables).toMatchObject({ issue0: 7, issue1: 20, issue2: 21, branch3: branch });
      const parent = issue(20, { body: "<!-- coppice:plan=7;phase=design -->", labels: { nodes: [] } });
      return {
        data: {
          p0: page([parent]),
          p1: page([issue(1)]),
          p2: { issue: null },
          p3: found([fields]),
        },
        errors: [{ type: "NOT_FOUND", message: "Could not resolve to an Issue", path: ["p2", "issue"] }],
      };
    });
    const seen = await openPlanViews(scope).observe({ issue: 7, parents: [20, 21], branches: [branch] });
    expect(seen.issues.map(({ number, key, phase, parent }) => ({ number, key, phase, parent }))).toEqual([
      { number: 20, key: undefined, phase: "design", parent: undefined },
      { number: 1, key: "T1", phase: undefined, parent: 20 },
    ]);
    expect(seen.pulls).toEqual([view]);
    expect(usage.read()).toEqual([{ route: "POST /graphql SubIssues", requests: 1, contents: 0 }]);
  });

  test("a plan that is gone is an error, and so is any other failure of a phase parent", async () => {
    const observe = () => openPlanViews(testScope().scope).observe({ issue: 7, parents: [20], branches: [] });
    onGraphql(() => ({
      data: { p0: { issue: null }, p1: page([]) },
      errors: [{ type: "NOT_FOUND", message: "Could not resolve to an Issue", path: ["p0", "issue"] }],
    }));
    await expect(observe()).rejects.toMatchObject({ code: "forge-not-found" });
    onGraphql(() => ({
      data: { p0: page([]), p1: null },
      errors: [{ type: "FORBIDDEN", message: "Resource not accessible", path: ["p1"] }],
    }));
    await expect(observe()).rejects.toMatchObject({ code: "forge-refused" });
  });

  test("past a hundred branches the others are asked a hundred at a time, in their order", async () => {
    const branches = Array.from({ length: 250 }, (_, n) => `coppice/${n}`);
    const pullOf = (name: unknown) => ({ ...fields, number: Number(String(name).split("/")[1]), headRefName: name });
    const asked: number[] = [];
    for (let request = 0; request < 3; request++) {
      onGraphql(({ variables }) => {
        const names = Object.entries(variables).filter(([key]) => key.startsWith("branch"));
        asked.push(names.length);
        const pulls = names.map(([key, name]) => [key.replace("branch", "p"), found([pullOf(name)])]);
        return { data: { ...(request === 0 ? { p0: page([]) } : {}), ...Object.fromEntries(pulls) } };
      });
    }
    const { pulls } = await openPlanViews(testScope().scope).observe({ issue: 7, branches });
    expect(asked).toEqual([100, 100, 50]);
    expect(pulls.map((pull) => pull.branch)).toEqual(branches);
  });

  test("past a hundred sub-issues the next page is asked, without the branches", async () => {
    onGraphql(() => ({ data: { p0: page([issue(1)], "next"), p1: found([]) } }));
    onGraphql(({ variables }) => {
      expect(variables).toEqual({ owner0: "octo", name0: "sample", issue0: 7, after0: "next" });
      return { data: { p0: page([issue(2)]) } };
    });
    const { issues } = await openPlanViews(testScope().scope).observe({ issue: 7, branches: [branch] });
    expect(issues.map(({ number }) => number)).toEqual([1, 2]);
  });

  test.each([
    ["a person who writes the marker", { author: { __typename: "User", login: "coppice" } }],
    ["another bot", { author: { __typename: "Bot", login: "coppice-two" } }],
    ["a deleted account", { author: null }],
    ["another plan's task", { body: "<!-- coppice:plan=8;task=T1 -->" }],
  ])("%s gives no key", async (_who, change) => {
    onGraphql(() => ({ data: { p0: page([issue(1, change)]) } }));
    const { issues } = await openPlanViews(testScope().scope).observe({ issue: 7, branches: [] });
    expect(issues.map(({ key }) => key)).toEqual([undefined]);
  });
});
