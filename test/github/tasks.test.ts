import nock from "nock";
import { describe, expect, test } from "vitest";
import { openIssues } from "../../src/github/issues.ts";
import { openLabels } from "../../src/github/labels.ts";
import type { NewTaskIssue } from "../../src/ports/forge/issues.ts";
import type { GraphqlBody } from "./support.ts";
import { base, host, interceptRequests, onGraphql, testScope } from "./support.ts";

interceptRequests();

const parent = { number: 7, nodeId: "I_7" };

function open() {
  const made = testScope();
  return { ...made, issues: openIssues(made.scope, openLabels(made.scope)) };
}

function tasks(count: number): NewTaskIssue[] {
  return Array.from({ length: count }, (_, index) => ({
    key: `T${index + 1}` as const,
    title: `Task ${index + 1}`,
    body: `Do ${index + 1}`,
    labels: ["coppice:queued"],
  }));
}

const marker = (key: string) => `<!-- coppice:plan=7;task=${key} -->`;
const repository = { nameWithOwner: "octo/sample" };
const bot = { __typename: "Bot", login: "coppice" };

/** Answers the look for what exists. */
function onList(...keys: string[]): void {
  onGraphql(() => ({
    data: {
      p0: {
        issue: {
          id: "I_7",
          title: "Plan",
          state: "OPEN",
          repository,
          subIssues: {
            pageInfo: { hasNextPage: false, endCursor: null },
            nodes: keys.map((key) => ({ ...numbersOf(key), ...content(key) })),
          },
        },
      },
    },
  }));
}

function numbersOf(key: string) {
  const number = 100 + Number(key.slice(1));
  return { id: `I_${number}`, databaseId: number * 10, number };
}

function content(key: string) {
  const relations = { labels: { nodes: [] }, blockedBy: { nodes: [] } };
  return { title: key, body: marker(key), state: "OPEN", stateReason: null, repository, author: bot, ...relations };
}

const issueOf = (key: string) => {
  const { id, databaseId, number } = numbersOf(key);
  return { number, id: databaseId, nodeId: id };
};

function onLabels(): void {
  nock(host)
    .get(`${base}/labels`)
    .query({ per_page: 100, page: 1 })
    .reply(200, [{ name: "coppice:queued", node_id: "L_1" }]);
}

function inputs({ variables }: GraphqlBody): unknown[] {
  return Object.values(variables);
}

/** Answers a batch: every key created but those that fail. */
function created(keys: readonly string[], failing: readonly string[] = []) {
  const data = Object.fromEntries(
    keys.map((key, index) => [`p${index}`, failing.includes(key) ? null : { issue: numbersOf(key) }]),
  );
  const errors = keys.flatMap((key, index) =>
    failing.includes(key) ? { type: "UNPROCESSABLE", message: `${key} was refused`, path: [`p${index}`] } : [],
  );
  return errors.length === 0 ? { data } : { data, errors };
}

describe("creating task issues", () => {
  test("ten in one request, in order, each with parent, labels and key", async () => {
    const { issues, usage } = open();
    const bodies: GraphqlBody[] = [];
    onList();
    onNewest();
    onLabels();
    const keys = tasks(12).map(({ key }) => key);
    for (const batch of [keys.slice(0, 10), keys.slice(10)]) {
      onGraphql((body) => {
        bodies.push(body);
        return created(batch);
      });
    }
    const made = await issues.createTasks(parent, tasks(12));
    expect([...made]).toEqual(keys.map((key) => [key, issueOf(key)]));
    expect(bodies.map((body) => inputs(body).length)).toEqual([10, 2]);
    expect(inputs(bodies[0] ?? { query: "", variables: {} })[0]).toEqual({
      repositoryId: "R_1",
      parentIssueId: "I_7",
      title: "Task 1",
      body: `${marker("T1")}\nDo 1`,
      labelIds: ["L_1"],
    });
    expect(usage.read()).toContainEqual({ route: "POST /graphql CreateIssue", requests: 2, contents: 12 });
  });

  test("an answer that is lost is looked up, and nothing is created twice", async () => {
    const { issues, clock } = open();
    onList();
    onNewest();
    onLabels();
    nock(host).post("/api/graphql").replyWithError(new Error("socket hang up"));
    onList();
    onList("T1", "T2");
    expect([...(await issues.createTasks(parent, tasks(2))).keys()]).toEqual(["T1", "T2"]);
    expect(clock.slept.filter((milliseconds) => milliseconds >= 1_000)).toEqual([1_000, 2_000]);
  });

  test("what one mutation refused is asked of REST once more, and adopted by the integer id", async () => {
    const { issues } = open();
    onList();
    onNewest();
    onLabels();
    onGraphql(() => created(["T1", "T2"], ["T2"]));
    onChildren();
    onNewest();
    const { number, id, nodeId } = issueOf("T2");
    nock(host)
      .post(`${base}/issues`, { title: "Task 2", body: `${marker("T2")}\nDo 2`, labels: ["coppice:queued"] })
      .reply(201, { number, id, node_id: nodeId, user: { login: "coppice[bot]" } });
    nock(host).post(`${base}/issues/7/sub_issues`, { sub_issue_id: id }).reply(201, {});
    const made = await issues.createTasks(parent, tasks(2));
    expect([...made]).toEqual([
      ["T1", issueOf("T1")],
      ["T2", issueOf("T2")],
    ]);
  });

  test("without GraphQL it is REST alone, and an orphan of an earlier try is adopted, not repeated", async () => {
    const { issues } = open();
    spendGraphql();
    const { number, id, nodeId } = issueOf("T1");
    const stranger = { number: 5, id: 50, node_id: "I_5", body: marker("T1"), user: { login: "eve" } };
    const orphan = { number, id, node_id: nodeId, body: marker("T1"), user: { login: "coppice[bot]" } };
    onChildren();
    onNewest([stranger, orphan]);
    nock(host).post(`${base}/issues/7/sub_issues`, { sub_issue_id: id }).reply(201, {});
    expect([...(await issues.createTasks(parent, tasks(1)))]).toEqual([["T1", issueOf("T1")]]);
  });

  test("under a phase parent tasks name their plan, and one that was put elsewhere in it is not repeated", async () => {
    const { issues } = open();
    const { number, id, nodeId } = issueOf("T1");
    onList();
    onNewest([{ number, id, node_id: nodeId, body: marker("T1"), user: { login: "coppice[bot]" } }]);
    nock(host)
      .post(`${base}/issues/20/sub_issues`, { sub_issue_id: id })
      .reply(422, { message: "Sub issue may only have one parent" });
    onLabels();
    onGraphql(({ variables }) => {
      expect(variables).toMatchObject({ input0: { parentIssueId: "I_20", body: `${marker("T2")}\nDo 2` } });
      return created(["T2"]);
    });
    const made = await issues.createTasks({ number: 20, nodeId: "I_20", plan: 7 }, tasks(2));
    expect([...made.keys()].toSorted()).toEqual(["T1", "T2"]);
  });

  test("a phase parent is made like a task, by REST when GraphQL refuses, and found again by its marker", async () => {
    const { issues } = open();
    const mark = "<!-- coppice:plan=7;phase=design-2 -->";
    const wanted = [{ key: "design-2", title: "Design (2): Plan", body: `${mark}\nHolds tasks`, labels: [] }] as const;
    const row = { number: 120, id: 1_200, node_id: "I_120", body: wanted[0].body, user: { login: "coppice[bot]" } };
    onList("T1");
    onNewest();
    onGraphql(({ variables }) => {
      expect(variables).toMatchObject({ input0: { parentIssueId: "I_7", body: wanted[0].body, labelIds: [] } });
      return { data: { p0: null }, errors: [{ type: "UNPROCESSABLE", message: "refused", path: ["p0"] }] };
    });
    onChildren();
    onNewest();
    nock(host).post(`${base}/issues`, { title: "Design (2): Plan", body: wanted[0].body, labels: [] }).reply(201, row);
    nock(host).post(`${base}/issues/7/sub_issues`, { sub_issue_id: 1_200 }).reply(201, {});
    const made = new Map([["design-2", { number: 120, id: 1_200, nodeId: "I_120" }]]);
    expect(await issues.createPhases(parent, wanted)).toEqual(made);
    onGraphql(() => ({
      data: {
        p0: {
          issue: {
            ...{ id: "I_7", title: "Plan", state: "OPEN", repository },
            subIssues: {
              pageInfo: { hasNextPage: false, endCursor: null },
              nodes: [{ ...content("T1"), id: "I_120", databaseId: 1_200, number: 120, body: wanted[0].body }],
            },
          },
        },
      },
    }));
    expect(await issues.createPhases(parent, wanted)).toEqual(made);
  });

  test("what was created is given even when the rest failed", async () => {
    const { issues } = open();
    onList();
    onNewest();
    onLabels();
    onGraphql(() => created(["T1", "T2"], ["T2"]));
    nock(host).get(`${base}/issues/7/sub_issues`).query({ per_page: 100 }).reply(403, { message: "Forbidden" });
    expect([...(await issues.createTasks(parent, tasks(2))).keys()]).toEqual(["T1"]);
  });

  test("nothing created is an error", async () => {
    const { issues } = open();
    onList();
    onNewest();
    onLabels();
    onGraphql(() => created(["T1"], ["T1"]));
    nock(host).get(`${base}/issues/7/sub_issues`).query({ per_page: 100 }).reply(403, { message: "Forbidden" });
    await expect(issues.createTasks(parent, tasks(1))).rejects.toMatchObject({ code: "forge-refused" });
  });
});

describe("adding blockers", () => {
  const edge = { blocked: issueOf("T2"), blocking: issueOf("T1") };

  test("an edge that is there already is no error", async () => {
    onGraphql(({ variables }) => {
      expect(variables).toEqual({ input0: { issueId: "I_102", blockingIssueId: "I_101" } });
      return { data: { p0: null }, errors: [{ message: "Dependency has already been taken", path: ["p0"] }] };
    });
    await open().issues.addBlockers([edge]);
  });

  test("only what GraphQL refused is asked of REST", async () => {
    const other = { blocked: issueOf("T3"), blocking: issueOf("T1") };
    onGraphql(() => ({ data: { p0: {}, p1: null }, errors: [{ message: "Unknown mutation", path: ["p1"] }] }));
    nock(host).post(`${base}/issues/103/dependencies/blocked_by`, { issue_id: 1_010 }).reply(201, {});
    await open().issues.addBlockers([edge, other]);
  });

  test("REST's already is no error either, any other refusal is", async () => {
    const refused = () => onGraphql(() => ({ data: { p0: null }, errors: [{ message: "No", path: ["p0"] }] }));
    const rest = nock(host);
    refused();
    rest
      .post(`${base}/issues/102/dependencies/blocked_by`)
      .reply(422, { message: "Validation Failed", errors: [{ message: "already exists" }] });
    await open().issues.addBlockers([edge]);
    refused();
    rest.post(`${base}/issues/102/dependencies/blocked_by`).reply(422, { message: "That would be a cycle" });
    await expect(open().issues.addBlockers([edge])).rejects.toMatchObject({
      code: "forge-refused",
      message: expect.stringContaining("That would be a cycle"),
    });
  });
});

describe("an issue", () => {
  const row = {
    number: 3,
    id: 30,
    node_id: "I_3",
    title: "t",
    body: null,
    state: "open",
    user: null,
    labels: ["a", { name: "b" }],
    html_url: "https://forge.test/octo/sample/issues/3",
  };

  test("is read with what may be missing, and closed with its reason", async () => {
    nock(host).get(`${base}/issues/3`).reply(200, row);
    expect(await open().issues.get(3)).toMatchObject({ body: "", author: "ghost", labels: ["a", "b"] });
    nock(host).patch(`${base}/issues/3`, { state: "closed", state_reason: "not_planned" }).reply(200, row);
    await open().issues.close(3, "not_planned");
  });

  test.each([
    ["gone", 410, { message: "This issue was deleted" }],
    ["unknown", 404, { message: "Not Found" }],
    ["a pull request", 200, { ...row, pull_request: {} }],
    ["another repository's after a transfer", 200, { ...row, number: 12 }],
  ])("that is %s is absent", async (_what, status, body) => {
    nock(host).get(`${base}/issues/3`).reply(status, body);
    expect(await open().issues.get(3)).toBeUndefined();
  });
});

function onChildren(children: object[] = []): void {
  nock(host).get(`${base}/issues/7/sub_issues`).query({ per_page: 100 }).reply(200, children);
}

/** Answers the look for orphans among the app's newest issues. */
function onNewest(newest: object[] = []): void {
  nock(host)
    .get(`${base}/issues`)
    .query({ state: "open", creator: "coppice[bot]", sort: "created", direction: "desc", per_page: 100 })
    .reply(200, newest);
}

describe("a commanded issue", () => {
  const issue = {
    id: "I_7",
    databaseId: 70,
    number: 7,
    title: "Add login",
    body: "With care",
    state: "OPEN",
    url: `${host}/octo/sample/issues/7`,
    lastEditedAt: "2026-01-01T00:00:05Z",
    author: { __typename: "Bot", login: "coppice" },
    labels: { nodes: [{ name: "coppice:plan" }] },
  };
  const ask = (made = testScope()) =>
    openIssues(made.scope, openLabels(made.scope)).getCommanded(7, { nodeId: "IC_1" });

  test("is read with its comment's edits in one request", async () => {
    onGraphql(({ query, variables }) => {
      expect(query).toContain("lastEditedAt");
      expect(variables).toEqual({ owner0: "octo", name0: "sample", issue0: 7, comment1: "IC_1" });
      return { data: { p0: { issue }, p1: { id: "IC_1", lastEditedAt: null } } };
    });
    expect(await ask()).toEqual({
      issue: {
        number: 7,
        id: 70,
        nodeId: "I_7",
        title: "Add login",
        body: "With care",
        state: "open",
        author: "coppice[bot]",
        labels: ["coppice:plan"],
        url: issue.url,
      },
      bodyEditedAt: "2026-01-01T00:00:05Z",
      commentEditedAt: undefined,
    });
  });

  test.each([
    [
      "is a pull request or not there",
      { data: { p0: { issue: null } }, errors: [{ type: "NOT_FOUND", message: "no" }] },
    ],
    [
      "has another number now",
      { data: { p0: { issue: { ...issue, number: 8 } }, p1: { id: "IC_1", lastEditedAt: null } } },
    ],
    ["was asked for with something that is no comment", { data: { p0: { issue }, p1: {} } }],
  ])("is absent when it %s", async (_what, answer) => {
    onGraphql(() => answer);
    expect(await ask()).toBeUndefined();
  });

  test("any other error is one, never an absence", async () => {
    onGraphql(() => ({
      data: { p0: { issue }, p1: null },
      errors: [{ type: "FORBIDDEN", message: "no", path: ["p1"] }],
    }));
    await expect(ask()).rejects.toMatchObject({ code: "forge-refused" });
  });

  test("comes by REST, with nothing known of edits, when GraphQL is spent", async () => {
    spendGraphql();
    nock(host)
      .get(`${base}/issues/7`)
      .reply(200, {
        number: 7,
        id: 70,
        node_id: "I_7",
        title: "Add login",
        body: null,
        state: "open",
        user: { login: "ada" },
        labels: [],
        html_url: issue.url,
      });
    const found = await ask();
    expect(found).toMatchObject({ issue: { number: 7, author: "ada" } });
    expect(found?.bodyEditedAt ?? found?.commentEditedAt).toBeUndefined();
  });
});

describe("taking blockers away", () => {
  const issueOf = (number: number) => ({ number, id: number * 10, nodeId: `I_${number}` });
  const edges = [2, 3, 4].map((number) => ({ blocked: issueOf(number), blocking: issueOf(1) }));

  test("an edge that is not there is done, and what GraphQL refuses is asked of REST", async () => {
    const { scope } = testScope();
    onGraphql(({ variables }) => {
      expect(variables.input0).toEqual({ issueId: "I_2", blockingIssueId: "I_1" });
      return {
        data: { p0: {}, p1: null, p2: null },
        errors: [
          { type: "NOT_FOUND", message: "no such edge", path: ["p1"] },
          { type: "UNPROCESSABLE", message: "no", path: ["p2"] },
        ],
      };
    });
    nock(host).delete(`${base}/issues/4/dependencies/blocked_by/10`).reply(404, { message: "Not Found" });
    await openIssues(scope, openLabels(scope)).removeBlockers(edges);
  });
});

/** GraphQL's answer that no more may be asked within this hour. */
function spendGraphql(): void {
  nock(host)
    .post("/api/graphql")
    .reply(
      200,
      { errors: [{ type: "RATE_LIMITED", message: "API rate limit exceeded" }] },
      {
        date: "Thu, 01 Jan 2026 00:00:00 GMT",
        "x-ratelimit-remaining": "0",
        "x-ratelimit-reset": String(Math.floor(Date.UTC(2026, 0, 1, 1) / 1_000)),
        "x-ratelimit-resource": "graphql",
      },
    );
}
