import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { installed, octokit, startWorld, type World } from "../support.ts";

type Octokit = World["ada"];

let world: World;
let bot: Octokit;
let repositoryId: string;
let head: string;
const zeros = "0".repeat(40);

beforeAll(async () => {
  world = await startWorld();
  const { data } = await world.ada.repos.createForAuthenticatedUser({ name: "tree", auto_init: true });
  repositoryId = data.node_id;
  bot = (await installed(world)).octokit;
  head = (await world.ada.git.getRef({ owner: "ada", repo: "tree", ref: "heads/main" })).data.object.sha;
});

afterAll(() => world.close());

interface Answer<Data> {
  data: Data;
  errors?: { type?: string; path?: (string | number)[]; message: string }[];
}

/** The whole answer, errors included, as it came over the wire. */
async function ask<Data = Record<string, unknown>>(
  query: string,
  variables: object = {},
  client: Octokit = bot,
): Promise<Answer<Data>> {
  const { data } = await client.request("POST /graphql", {
    query,
    variables,
    baseUrl: world.forge.apiUrl.replace("/v3", ""),
  });
  return data;
}

interface Made {
  readonly issue: { readonly id: string; readonly number: number };
}

async function createIssue(title: string, more: object = {}): Promise<Made["issue"]> {
  const query = "mutation New($input: CreateIssueInput!) { createIssue(input: $input) { issue { id number } } }";
  const result = await bot.graphql<{ createIssue: Made }>(query, { input: { repositoryId, title, ...more } });
  return result.createIssue.issue;
}

describe("queries", () => {
  it("answer who asks, the repository, its branches and its files", async () => {
    const query = `query($owner: String!, $name: String!) {
      viewer { login }
      rateLimit { cost remaining limit used resetAt }
      repository(owner: $owner, name: $name) {
        nameWithOwner databaseId isArchived isEmpty
        defaultBranchRef { name prefix target { oid ... on Commit { message tree { entries { name type object { ... on Blob { text byteSize } } } } } } }
        missing: ref(qualifiedName: "refs/heads/none") { id }
        object(expression: "main:README.md") { __typename ... on Blob { text } }
        refs(refPrefix: "refs/heads/", first: 10) { totalCount nodes { name } }
      }
    }`;
    const result = await bot.graphql(query, { owner: "ada", name: "tree" });
    expect(result).toMatchObject({
      viewer: { login: "coppice[bot]" },
      rateLimit: null,
      repository: {
        nameWithOwner: "ada/tree",
        isEmpty: false,
        defaultBranchRef: { name: "main", prefix: "refs/heads/", target: { oid: head } },
        missing: null,
        object: { __typename: "Blob", text: expect.stringContaining("tree") },
        refs: { totalCount: 1, nodes: [{ name: "main" }] },
      },
    });
  });

  it("page through issues by cursors that survive what is added meanwhile", async () => {
    for (const title of ["p1", "p2", "p3"]) await createIssue(title);
    const query = `query($after: String) { repository(owner: "ada", name: "tree") {
      issues(first: 2, after: $after, states: [OPEN], orderBy: {field: CREATED_AT, direction: DESC}) {
        nodes { title } pageInfo { hasNextPage endCursor } } } }`;
    const first = await bot.graphql<{ repository: { issues: { pageInfo: { endCursor: string } } } }>(query);
    expect(first).toMatchObject({
      repository: { issues: { nodes: [{ title: "p3" }, { title: "p2" }], pageInfo: { hasNextPage: true } } },
    });
    await createIssue("p4");
    const second = await bot.graphql(query, { after: first.repository.issues.pageInfo.endCursor });
    expect(second).toMatchObject({ repository: { issues: { nodes: [{ title: "p1" }] } } });
  });

  it("answer NOT_FOUND with its path beside data that stands", async () => {
    const { data, errors } = await ask(`{
      here: repository(owner: "ada", name: "tree") { name issue(number: 9999) { title } }
      gone: repository(owner: "ada", name: "none") { name }
      node(id: "I_kwDO") { id }
    }`);
    expect(data).toMatchObject({ here: { name: "tree", issue: null }, gone: null, node: null });
    expect(errors?.map(({ type, path }) => [type, path?.join(".")])).toEqual(
      expect.arrayContaining([
        ["NOT_FOUND", "here.issue"],
        ["NOT_FOUND", "gone"],
        ["NOT_FOUND", "node"],
      ]),
    );
    expect(errors?.find(({ path }) => path?.[0] === "gone")?.message).toBe(
      "Could not resolve to a Repository with the name 'ada/none'.",
    );
  });

  it("resolve several global ids at once, null for the one that leads nowhere", async () => {
    const issue = await createIssue("by id");
    const { data, errors } = await ask("query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }", {
      ids: [issue.id, "nothing", repositoryId],
    });
    expect(data).toEqual({
      nodes: [{ __typename: "Issue", id: issue.id }, null, { __typename: "Repository", id: repositoryId }],
    });
    expect(errors).toMatchObject([{ type: "NOT_FOUND", path: ["nodes", 1] }]);
  });

  it("are refused when they do not fit the schema, are nested too deep, ask for too much or page without bounds", async () => {
    expect((await ask("{ viewer { shoeSize } }")).errors?.[0]?.message).toContain('Cannot query field "shoeSize"');
    expect((await ask("{ viewer {")).errors?.[0]?.message).toContain("Syntax Error");
    const deep = `{ repository(owner: "ada", name: "tree") { issue(number: 1) { ${"parent { ".repeat(30)} id ${"} ".repeat(30)} } } }`;
    expect((await ask(deep)).errors?.[0]?.message).toContain("nested deeper");
    for (const brackets of [
      `{ nodes(ids: ${"[".repeat(4_900)}${"]".repeat(4_900)}) { id } }`,
      `${"{ viewer ".repeat(4_900)}${"}".repeat(4_900)}`,
    ]) {
      expect((await ask(brackets)).errors).toMatchObject([{ type: "ARGUMENT_LIMIT" }]);
    }
    expect((await ask(`{ ${"viewer { login } ".repeat(3_000)} }`)).errors?.[0]?.message).toContain("token");
    const wide = `{ repository(owner: "ada", name: "tree") { issues(first: 100) { nodes { comments(first: 100) { nodes { reactions(first: 100) { totalCount } } } } } } }`;
    expect((await ask(wide)).errors).toMatchObject([{ type: "MAX_NODE_LIMIT_EXCEEDED" }]);
    const fragments = Array.from(
      { length: 40 },
      (_, at) => `fragment F${at} on Query { ...F${at + 1} ...F${at + 1} }`,
    ).join("\n");
    expect((await ask(`{ ...F0 }\n${fragments}\nfragment F40 on Query { viewer { login } }`)).errors).toMatchObject([
      { type: "MAX_NODE_LIMIT_EXCEEDED" },
    ]);
    const unbounded = '{ repository(owner: "ada", name: "tree") { issues { totalCount } } }';
    expect((await ask(unbounded)).errors).toMatchObject([{ type: "MISSING_PAGINATION_BOUNDARIES" }]);
    await expect(ask("{ viewer { login } }", {}, octokit(world.forge))).rejects.toThrow(/authentication/i);
  });
});

describe("issue mutations", () => {
  it("create, link, label and order a plan in one request, one transaction a field, and count it", async () => {
    const label = (await world.ada.issues.createLabel({ owner: "ada", repo: "tree", name: "coppice:queued" })).data
      .node_id;
    const parent = await createIssue("plan");
    const result = await ask<Record<string, { issue: { id: string; number: number } }>>(
      `mutation Tasks($a: CreateIssueInput!, $b: CreateIssueInput!) {
        a: createIssue(input: $a) { issue { id number parent { number } labels(first: 5) { nodes { name } } } }
        b: createIssue(input: $b) { issue { id number } clientMutationId }
      }`,
      {
        a: { repositoryId, title: "first", parentIssueId: parent.id, labelIds: [label] },
        b: { repositoryId, title: "second", parentIssueId: parent.id, clientMutationId: "b" },
      },
    );
    const [a, b] = [result.data.a?.issue, result.data.b?.issue];
    expect(result.data).toMatchObject({
      a: { issue: { parent: { number: parent.number }, labels: { nodes: [{ name: "coppice:queued" }] } } },
      b: { clientMutationId: "b" },
    });
    await bot.graphql("mutation($input: AddBlockedByInput!) { addBlockedBy(input: $input) { issue { id } } }", {
      input: { issueId: b?.id, blockingIssueId: a?.id },
    });
    const read = `query($number: Int!) { repository(owner: "ada", name: "tree") { issue(number: $number) {
      subIssues(first: 10) { nodes { title blockedBy(first: 5) { nodes { number } } blocking(first: 5) { totalCount }
        issueDependenciesSummary { blockedBy totalBlockedBy blocking totalBlocking } } }
      subIssuesSummary { total completed percentCompleted } } } }`;
    expect(await bot.graphql(read, { number: parent.number })).toMatchObject({
      repository: {
        issue: {
          subIssues: {
            nodes: [
              { title: "first", blocking: { totalCount: 1 }, issueDependenciesSummary: { blockedBy: 0, blocking: 1 } },
              {
                title: "second",
                blockedBy: { nodes: [{ number: a?.number }] },
                issueDependenciesSummary: { blockedBy: 1, totalBlockedBy: 1 },
              },
            ],
          },
          subIssuesSummary: { total: 2, completed: 0, percentCompleted: 0 },
        },
      },
    });
    expect(world.forge.requests()).toContainEqual({ route: "POST /graphql Tasks", count: 1, creations: 2 });
    const { data } = await world.ada.issues.get({ owner: "ada", repo: "tree", issue_number: b?.number ?? 0 });
    expect(data.issue_dependencies_summary?.blocked_by).toBe(1);
  });

  it("let the other fields of a batch stand when one fails, and undo the failed one whole", async () => {
    const before = (await world.ada.issues.listForRepo({ owner: "ada", repo: "tree", state: "all", per_page: 100 }))
      .data.length;
    const { data, errors } = await ask(
      `mutation($long: String!) {
        good: createIssue(input: {repositoryId: "${repositoryId}", title: "good"}) { issue { title } }
        bad: createIssue(input: {repositoryId: "${repositoryId}", title: $long}) { issue { title } }
        lost: addComment(input: {subjectId: "I_none", body: "x"}) { subject { id } }
        last: createIssue(input: {repositoryId: "${repositoryId}", title: "last"}) { issue { title } }
      }`,
      { long: "x".repeat(300) },
    );
    expect(data).toMatchObject({
      good: { issue: { title: "good" } },
      bad: null,
      lost: null,
      last: { issue: { title: "last" } },
    });
    expect(errors).toMatchObject([
      { type: "UNPROCESSABLE", path: ["bad"], message: expect.stringContaining("too long") },
      { type: "NOT_FOUND", path: ["lost"] },
    ]);
    const after = (await world.ada.issues.listForRepo({ owner: "ada", repo: "tree", state: "all", per_page: 100 })).data
      .length;
    expect(after).toBe(before + 2);
  });

  it("comment, edit, pin, react, label, close and reopen, raising the webhooks REST would", async () => {
    const issue = await createIssue("thread");
    const label = (await world.ada.issues.createLabel({ owner: "ada", repo: "tree", name: "kind" })).data.node_id;
    const from = world.receiver.received.length;
    const made = await bot.graphql<{ addComment: { commentEdge: { node: { id: string } } } }>(
      "mutation($input: AddCommentInput!) { addComment(input: $input) { commentEdge { node { id body author { __typename login } } } } }",
      { input: { subjectId: issue.id, body: "first" } },
    );
    expect(made).toMatchObject({
      addComment: { commentEdge: { node: { body: "first", author: { __typename: "Bot", login: "coppice" } } } },
    });
    const comment = made.addComment.commentEdge.node.id;
    const result = await bot.graphql(
      `mutation($comment: ID!, $issue: ID!, $label: ID!) {
        updateIssueComment(input: {id: $comment, body: "second"}) { issueComment { body } }
        pinIssueComment(input: {issueCommentId: $comment}) { issueComment { isPinned } }
        addReaction(input: {subjectId: $comment, content: EYES}) { reaction { content } }
        addLabelsToLabelable(input: {labelableId: $issue, labelIds: [$label]}) { labelable { labels(first: 5) { nodes { name } } } }
        removeLabelsFromLabelable(input: {labelableId: $issue, labelIds: [$label]}) { labelable { labels(first: 5) { totalCount } } }
        updateIssue(input: {id: $issue, title: "renamed"}) { issue { title } }
        closeIssue(input: {issueId: $issue, stateReason: NOT_PLANNED}) { issue { state stateReason closed } }
        reopenIssue(input: {issueId: $issue}) { issue { state comments(first: 5) { nodes { reactions(first: 5) { nodes { content user { login } } } } } } }
      }`,
      { comment, issue: issue.id, label },
    );
    expect(result).toMatchObject({
      updateIssueComment: { issueComment: { body: "second" } },
      pinIssueComment: { issueComment: { isPinned: true } },
      addReaction: { reaction: { content: "EYES" } },
      addLabelsToLabelable: { labelable: { labels: { nodes: [{ name: "kind" }] } } },
      removeLabelsFromLabelable: { labelable: { labels: { totalCount: 0 } } },
      updateIssue: { issue: { title: "renamed" } },
      closeIssue: { issue: { state: "CLOSED", stateReason: "NOT_PLANNED", closed: true } },
      reopenIssue: { issue: { state: "OPEN" } },
    });
    const told = () => world.receiver.received.slice(from).map(({ event, payload }) => `${event}.${payload.action}`);
    const expected = [
      "issue_comment.created",
      "issue_comment.edited",
      "issue_comment.pinned",
      "issues.labeled",
      "issues.unlabeled",
      "issues.edited",
      "issues.closed",
      "issues.reopened",
    ];
    await expect.poll(told, { timeout: 10_000 }).toEqual(expect.arrayContaining(expected));
  });

  it("refuse an installation that lacks the permission", async () => {
    const { octokit: reader } = await installed(world, { permissions: { issues: "read" } });
    const { data, errors } = await ask(
      `mutation { createIssue(input: {repositoryId: "${repositoryId}", title: "no"}) { issue { id } } }`,
      {},
      reader,
    );
    expect(data).toEqual({ createIssue: null });
    expect(errors).toMatchObject([{ type: "FORBIDDEN", message: "Resource not accessible by integration" }]);
  });
});

describe("ref and commit mutations", () => {
  const update = "mutation($input: UpdateRefsInput!) { updateRefs(input: $input) { clientMutationId } }";

  it("move many refs at once by compare-and-swap, or none", async () => {
    const lease = "refs/coppice/leases/1";
    const move = (refUpdates: object[]) => ask(update, { input: { repositoryId, refUpdates } });
    expect((await move([{ name: lease, beforeOid: zeros, afterOid: head }])).errors).toBeUndefined();
    const lost = await move([
      { name: "refs/heads/never", beforeOid: zeros, afterOid: head },
      { name: lease, beforeOid: zeros, afterOid: head },
    ]);
    expect(lost).toMatchObject({ data: { updateRefs: null }, errors: [{ type: "STALE_DATA" }] });
    const names = await bot.graphql(
      '{ repository(owner: "ada", name: "tree") { refs(refPrefix: "refs/", first: 50) { nodes { prefix name target { oid } } } } }',
    );
    expect(JSON.stringify(names)).toContain('{"prefix":"refs/coppice/","name":"leases/1"');
    expect(JSON.stringify(names)).not.toContain("never");
    expect((await move([{ name: lease, beforeOid: head, afterOid: zeros }])).errors).toBeUndefined();
    expect((await move([{ name: "refs/heads/a b", beforeOid: zeros, afterOid: head }])).errors).toMatchObject([
      { type: "UNPROCESSABLE" },
    ]);
    expect((await move([{ name: lease, beforeOid: zeros, afterOid: "1".repeat(40) }])).errors?.[0]?.message).toContain(
      "does not exist",
    );
  });

  it("append a commit of several files to a branch only when its head is the expected one", async () => {
    const append =
      "mutation($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { commit { oid message author { name } } ref { name } } }";
    const contents = Buffer.from("a: 1\n").toString("base64");
    const input = {
      branch: { repositoryNameWithOwner: "ada/tree", branchName: "main" },
      expectedHeadOid: head,
      message: { headline: "Keep the plan", body: "[skip ci]" },
      fileChanges: { additions: [{ path: "plans/1/plan.yaml", contents }], deletions: [{ path: "README.md" }] },
    };
    const made = await ask<{ createCommitOnBranch: { commit: { oid: string } } }>(append, { input });
    expect(made.data.createCommitOnBranch).toMatchObject({
      commit: { message: "Keep the plan\n\n[skip ci]", author: { name: "coppice[bot]" } },
      ref: { name: "main" },
    });
    const stale = await ask(append, { input });
    expect(stale).toMatchObject({
      data: { createCommitOnBranch: null },
      errors: [{ type: "STALE_DATA", message: expect.stringContaining("Expected branch to point to") }],
    });
    const { data } = await world.ada.git.getTree({ owner: "ada", repo: "tree", tree_sha: "main", recursive: "1" });
    expect(data.tree.filter(({ type }) => type === "blob").map(({ path }) => path)).toEqual(["plans/1/plan.yaml"]);
    const path = {
      ...input,
      expectedHeadOid: made.data.createCommitOnBranch.commit.oid,
      fileChanges: { additions: [{ path: "../x", contents }] },
    };
    expect((await ask(append, { input: path })).errors).toMatchObject([{ type: "UNPROCESSABLE" }]);
  });
});

describe("pull request mutations", () => {
  it("open, check, merge and close what it closes", async () => {
    const issue = await createIssue("to be closed");
    const main = (await world.ada.git.getRef({ owner: "ada", repo: "tree", ref: "heads/main" })).data.object.sha;
    const setUp = `mutation($repositoryId: ID!, $oid: GitObjectID!, $contents: Base64String!) {
      createRef(input: {repositoryId: $repositoryId, name: "refs/heads/work", oid: $oid}) { ref { id name } }
      createCommitOnBranch(input: {branch: {repositoryNameWithOwner: "ada/tree", branchName: "work"}, expectedHeadOid: $oid,
        message: {headline: "Work"}, fileChanges: {additions: [{path: "work.txt", contents: $contents}]}}) { commit { oid } }
    }`;
    const contents = Buffer.from("work\n").toString("base64");
    const { createCommitOnBranch } = await bot.graphql<{ createCommitOnBranch: { commit: { oid: string } } }>(setUp, {
      repositoryId,
      oid: main,
      contents,
    });
    const oid = createCommitOnBranch.commit.oid;
    const open =
      "mutation($input: CreatePullRequestInput!) { createPullRequest(input: $input) { pullRequest { id number url isDraft } } }";
    const input = {
      repositoryId,
      headRefName: "work",
      baseRefName: "main",
      title: "Work",
      body: `Closes #${issue.number}`,
      draft: true,
    };
    const { createPullRequest } = await bot.graphql<{
      createPullRequest: { pullRequest: { id: string; number: number } };
    }>(open, { input });
    const { id, number } = createPullRequest.pullRequest;
    await bot.checks.create({
      owner: "ada",
      repo: "tree",
      name: "verify",
      head_sha: oid,
      status: "completed",
      conclusion: "success",
    });
    const read = `query($number: Int!) { repository(owner: "ada", name: "tree") { pullRequest(number: $number) {
      state isDraft merged mergeable mergeStateStatus headRefName headRefOid baseRefName reviewDecision changedFiles
      closingIssuesReferences(first: 5) { nodes { number } } files(first: 5) { nodes { path changeType additions } } reviews(first: 5) { totalCount }
      commits(last: 1) { nodes { commit { oid statusCheckRollup { state contexts(first: 5) { nodes {
        ... on CheckRun { name status conclusion isRequired(pullRequestNumber: $number) } ... on StatusContext { context state } } } } } } }
      mergeCommit { oid } } } }`;
    expect(await bot.graphql(read, { number })).toMatchObject({
      repository: {
        pullRequest: {
          ...{ state: "OPEN", isDraft: true, merged: false, mergeable: "MERGEABLE", mergeStateStatus: "DRAFT" },
          ...{
            headRefName: "work",
            headRefOid: oid,
            baseRefName: "main",
            reviewDecision: null,
            changedFiles: 1,
            mergeCommit: null,
          },
          closingIssuesReferences: { nodes: [{ number: issue.number }] },
          files: { nodes: [{ path: "work.txt", changeType: "ADDED", additions: 1 }] },
          commits: {
            nodes: [
              {
                commit: {
                  oid,
                  statusCheckRollup: {
                    state: "SUCCESS",
                    contexts: {
                      nodes: [{ name: "verify", status: "COMPLETED", conclusion: "SUCCESS", isRequired: false }],
                    },
                  },
                },
              },
            ],
          },
        },
      },
    });
    const merge =
      "mutation($input: MergePullRequestInput!) { mergePullRequest(input: $input) { pullRequest { state merged mergeCommit { oid } mergedBy { login } } } }";
    await bot.graphql(
      "mutation($id: ID!) { markPullRequestReadyForReview(input: {pullRequestId: $id}) { pullRequest { isDraft } } }",
      { id },
    );
    expect((await ask(merge, { input: { pullRequestId: id, expectedHeadOid: main } })).errors).toMatchObject([
      { type: "STALE_DATA" },
    ]);
    expect(
      await bot.graphql(merge, { input: { pullRequestId: id, mergeMethod: "SQUASH", expectedHeadOid: oid } }),
    ).toMatchObject({
      mergePullRequest: { pullRequest: { state: "MERGED", merged: true, mergedBy: { login: "coppice" } } },
    });
    const closed = `{ repository(owner: "ada", name: "tree") { issue(number: ${issue.number}) { state stateReason closedByPullRequestsReferences(first: 5) { nodes { number } } } } }`;
    expect(await bot.graphql(closed)).toMatchObject({
      repository: {
        issue: { state: "CLOSED", stateReason: "COMPLETED", closedByPullRequestsReferences: { nodes: [{ number }] } },
      },
    });
    expect((await ask(merge, { input: { pullRequestId: id } })).errors).toMatchObject([{ type: "UNPROCESSABLE" }]);
  });
});
