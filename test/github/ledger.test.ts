import nock from "nock";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { openLedger } from "../../src/github/ledger.ts";
import { blobOid } from "../../src/github/ledger-files.ts";
import { base, host, interceptRequests, onGraphql, testScope } from "./support.ts";

interceptRequests();

const oid = (digit: string) => digit.repeat(40);
const blob = blobOid("goal: x\n");

function onHead(commit: string): void {
  nock(host)
    .get(`${base}/git/ref/heads%2Fcoppice-ledger`)
    .reply(200, { object: { sha: commit } });
}

function onTree(commit: string): void {
  nock(host)
    .get(`${base}/git/trees/${commit}`)
    .query({ recursive: "1" })
    .reply(200, {
      truncated: false,
      tree: [
        { path: "plans", type: "tree", sha: oid("9") },
        { path: "plans/1/plan.yaml", type: "blob", sha: blob },
      ],
    });
}

/** An own commit as GitHub lists it, unless told otherwise. */
function commitRow(sha: string, { parents = [], ...change }: { parents?: string[] } & Record<string, unknown> = {}) {
  return {
    sha,
    parents: parents.map((parent) => ({ sha: parent })),
    author: { login: "coppice[bot]" },
    committer: { login: "web-flow" },
    commit: {
      message: parents.length === 0 ? "Begin the ledger" : "Approve\n\nCoppice-Nonce: 1-2",
      author: { name: "coppice[bot]", date: "2026-01-01T00:00:00Z" },
      committer: { date: "2026-01-01T00:00:00Z" },
      verification: { verified: true },
    },
    ...change,
  };
}

/** A person's commit, pushed. */
function pushedRow(sha: string, parent: string) {
  const { commit } = commitRow(sha);
  return commitRow(sha, {
    parents: [parent],
    author: { login: "mallory" },
    committer: { login: "mallory" },
    commit: { ...commit, message: "by hand", verification: { verified: false } },
  });
}

function onCommits(head: string, rows: object[], page = 1): void {
  nock(host).get(`${base}/commits`).query({ sha: head, per_page: 30, page }).reply(200, rows);
}

function onFiles(commit: string, files: Record<string, string>): void {
  const tree = Object.entries(files).map(([path, text]) => ({ path, type: "blob", sha: blobOid(text) }));
  nock(host).get(`${base}/git/trees/${commit}`).query({ recursive: "1" }).reply(200, { truncated: false, tree });
}

function onBlob(): void {
  nock(host)
    .get(`${base}/git/blobs/${blob}`)
    .reply(200, { content: Buffer.from("goal: x\n").toString("base64"), encoding: "base64" });
}

const input = z.object({
  message: z.object({ headline: z.string(), body: z.string() }),
  expectedHeadOid: z.string(),
  branch: z.unknown(),
  fileChanges: z.unknown(),
});

describe("reading", () => {
  test("costs one request for the head, one each for a new commit and its tree, one for a text, and nothing twice", async () => {
    const { scope, usage } = testScope();
    const ledger = openLedger(scope);
    onHead(oid("1"));
    onCommits(oid("1"), [commitRow(oid("1"))]);
    onTree(oid("1"));
    onBlob();
    const head = await ledger.read();
    expect(head.paths).toEqual(["plans/1/plan.yaml"]);
    for (let count = 0; count < 2; count++) expect(await head.text("plans/1/plan.yaml")).toBe("goal: x\n");
    onHead(oid("1"));
    expect(await (await ledger.read()).text("plans/1/plan.yaml")).toBe("goal: x\n");
    expect(usage.read().reduce((sum, { requests }) => sum + requests, 0)).toBe(5);
  });

  test("a tree too large to be listed whole is an error, not half a ledger", async () => {
    onHead(oid("1"));
    onCommits(oid("1"), [commitRow(oid("1"))]);
    nock(host)
      .get(`${base}/git/trees/${oid("1")}`)
      .query({ recursive: "1" })
      .reply(200, { truncated: true, tree: [] });
    await expect(openLedger(testScope().scope).read()).rejects.toMatchObject({ code: "ledger-invalid" });
  });
});

describe("committing", () => {
  const ready = async () => {
    const made = testScope();
    const ledger = openLedger(made.scope);
    onHead(oid("1"));
    onCommits(oid("1"), [commitRow(oid("1"))]);
    onTree(oid("1"));
    await ledger.read();
    return { ...made, ledger };
  };
  const change = (files: { path: string; text: string | null }[]) => ({
    expected: oid("1"),
    files,
    message: "Approve",
  });

  test("is one compare-and-swap, after which the new head is known without asking", async () => {
    const { ledger } = await ready();
    onGraphql(({ query, variables }) => {
      expect(query).toContain("createCommitOnBranch");
      expect(input.parse(variables.input0)).toEqual({
        branch: { repositoryNameWithOwner: "octo/sample", branchName: "coppice-ledger" },
        expectedHeadOid: oid("1"),
        message: { headline: "Approve", body: expect.stringMatching(/^Coppice-Nonce: [0-9a-f-]{36}$/) },
        fileChanges: {
          additions: [{ path: "a", contents: Buffer.from("ä").toString("base64") }],
          deletions: [{ path: "plans/1/plan.yaml" }],
        },
      });
      return { data: { p0: { commit: { oid: oid("2") } } } };
    });
    const answer = await ledger.commit(
      change([
        { path: "a", text: "ä" },
        { path: "plans/1/plan.yaml", text: null },
        { path: "never/there", text: null },
      ]),
    );
    if (answer.kind !== "committed") throw new Error(answer.kind);
    expect([answer.head.oid, answer.head.paths, await answer.head.text("a")]).toEqual([oid("2"), ["a"], "ä"]);
    onHead(oid("2"));
    expect((await ledger.read()).paths).toEqual(["a"]);
  });

  test.each(["STALE_DATA", "NOT_FOUND"])("%s means that somebody else was first", async (type) => {
    const { ledger } = await ready();
    onGraphql(() => ({ data: { p0: null }, errors: [{ type, message: "no", path: ["p0"] }] }));
    expect(await ledger.commit(change([{ path: "a", text: "a" }]))).toEqual({ kind: "moved" });
  });

  test("any other refusal is an error", async () => {
    const { ledger } = await ready();
    onGraphql(() => ({ data: { p0: null }, errors: [{ type: "FORBIDDEN", message: "no", path: ["p0"] }] }));
    await expect(ledger.commit(change([{ path: "a", text: "a" }]))).rejects.toMatchObject({ code: "forge-refused" });
  });

  test.each([
    { whose: "ours, though its answer was lost", kind: "committed", nonce: (own: string) => own },
    { whose: "another's, with ours never applied", kind: "moved", nonce: () => "another" },
  ])("after a lost answer, a moved head is $whose", async ({ kind, nonce }) => {
    const { ledger } = await ready();
    let body = "";
    nock(host)
      .post("/api/graphql")
      .reply(502, async (request) => {
        const sent = z.object({ variables: z.object({ input0: input }) }).parse(await request.json());
        body = sent.variables.input0.message.body;
        return "bad gateway";
      });
    onGraphql(() => ({ data: { p0: null }, errors: [{ type: "STALE_DATA", message: "moved", path: ["p0"] }] }));
    nock(host)
      .get(`${base}/commits`)
      .query({ sha: "coppice-ledger", per_page: 30 })
      .reply(200, () => [
        commitRow(oid("3"), { parents: [oid("2")] }),
        { sha: oid("2"), commit: { message: `Approve\n\n${nonce(body)}` } },
      ]);
    const answer = await ledger.commit(change([{ path: "a", text: "a" }]));
    expect(answer.kind).toBe(kind);
    if (answer.kind === "committed") expect(answer.head.oid).toBe(oid("2"));
  });
});

describe("making the branch", () => {
  const onRoot = (tree = "4") => {
    nock(host).get(`${base}/git/ref/heads%2Fcoppice-ledger`).reply(404, { message: "Not Found" });
    nock(host)
      .post(`${base}/git/trees`, ({ tree: rows }) => rows[0].path === "README.md" && rows.length === 1)
      .reply(201, { sha: oid(tree) });
    nock(host)
      .post(`${base}/git/commits`, { message: "Begin the ledger", tree: oid(tree), parents: [] })
      .reply(201, { sha: oid("5") });
  };

  test("a root commit, then the ref", async () => {
    onRoot();
    nock(host)
      .post(`${base}/git/refs`, { ref: "refs/heads/coppice-ledger", sha: oid("5") })
      .reply(201, { object: { sha: oid("5") } });
    onTree(oid("5"));
    expect((await openLedger(testScope().scope).read()).oid).toBe(oid("5"));
  });

  test("422 means that another hub won: its head is read", async () => {
    onRoot();
    nock(host).post(`${base}/git/refs`).reply(422, { message: "Reference already exists" });
    onHead(oid("6"));
    onCommits(oid("6"), [commitRow(oid("6"))]);
    onTree(oid("6"));
    expect((await openLedger(testScope().scope).read()).oid).toBe(oid("6"));
  });
});

describe("telling commits apart", () => {
  const files = { "plans/1/plan.yaml": "goal: x\n", "plans/2/plan.yaml": "goal: y\n" };
  /** A ledger that has read commit 1, which is the app's. */
  const ready = async () => {
    const made = testScope();
    const ledger = openLedger(made.scope);
    onHead(oid("1"));
    onCommits(oid("1"), [commitRow(oid("1"))]);
    onFiles(oid("1"), files);
    expect((await ledger.read()).foreign).toEqual([]);
    return { ...made, ledger };
  };
  const requests = (usage: ReturnType<typeof testScope>["usage"]) =>
    usage.read().reduce((sum, row) => sum + row.requests, 0);

  test("another hub's commit costs one request, and is the app's", async () => {
    const { ledger } = await ready();
    onHead(oid("2"));
    onCommits(oid("2"), [commitRow(oid("2"), { parents: [oid("1")] }), commitRow(oid("1"))]);
    onFiles(oid("2"), files);
    expect((await ledger.read()).foreign).toEqual([]);
  });

  test("a pushed commit is foreign, with what it changed, until the app commits on top", async () => {
    const { ledger } = await ready();
    onHead(oid("3"));
    onCommits(oid("3"), [pushedRow(oid("3"), oid("2")), pushedRow(oid("2"), oid("1")), commitRow(oid("1"))]);
    onFiles(oid("2"), { ...files, "plans/2/plan.yaml": "goal: z\n" });
    onFiles(oid("3"), { "plans/2/plan.yaml": "goal: z\n", new: "" });
    const head = await ledger.read();
    const by = { author: "mallory", at: "2026-01-01T00:00:00Z" };
    expect(head.foreign).toEqual([
      { commit: oid("2"), ...by, paths: ["plans/2/plan.yaml"] },
      { commit: oid("3"), ...by, paths: ["new", "plans/1/plan.yaml"] },
    ]);
    onHead(oid("3"));
    expect((await ledger.read()).foreign).toEqual(head.foreign);
    onGraphql(() => ({ data: { p0: { commit: { oid: oid("4") } } } }));
    const answer = await ledger.commit({ expected: oid("3"), files: [{ path: "a", text: "a" }], message: "m" });
    expect(answer).toMatchObject({ kind: "committed", head: { foreign: [] } });
  });

  const own = commitRow(oid("2"), { parents: [oid("1")] });
  test.each([
    ["is not signed", { commit: { ...own.commit, verification: { verified: false } } }],
    ["is signed by a person who names the app as author", { committer: { login: "mallory" } }],
    ["is signed by nobody GitHub knows", { committer: null }],
    ["is a person's own, made on GitHub's pages", { author: { login: "mallory" } }],
    ["is another app's", { author: { login: "other[bot]" } }],
    ["is the app's, but no ledger commit", { commit: { ...own.commit, message: "Add login (#7)" } }],
    ["says its nonce anywhere but last", { commit: { ...own.commit, message: "x\nCoppice-Nonce: 1\nby" } }],
    ["is a merge", { parents: [{ sha: oid("1") }, { sha: oid("7") }] }],
  ])("a commit that %s is foreign", async (_what, change) => {
    const { ledger } = await ready();
    onHead(oid("2"));
    onCommits(oid("2"), [{ ...own, ...change }, commitRow(oid("1"))]);
    onFiles(oid("2"), { ...files, "plans/1/plan.yaml": "goal: evil\n" });
    expect((await ledger.read()).foreign).toMatchObject([{ commit: oid("2"), paths: ["plans/1/plan.yaml"] }]);
  });

  test("a branch moved back to an older commit of the app's is foreign, once a second look says the same", async () => {
    const { ledger, clock } = await ready();
    onGraphql(() => ({ data: { p0: { commit: { oid: oid("2") } } } }));
    await ledger.commit({ expected: oid("1"), files: [{ path: "plans/1/plan.yaml", text: "new" }], message: "m" });
    const before = clock.now();
    for (let look = 0; look < 3; look++) onHead(oid("1"));
    onCommits(oid("1"), [commitRow(oid("1"))]);
    nock(host)
      .get(`${base}/compare/${oid("2")}...${oid("1")}`)
      .query({ per_page: 1 })
      .reply(200, { status: "behind" });
    expect((await ledger.read()).foreign).toMatchObject([{ commit: oid("1"), paths: ["plans/1/plan.yaml"] }]);
    expect(clock.now() - before).toBeGreaterThanOrEqual(2_000);
  });

  test("a stale read looks like one, and is not believed", async () => {
    const { ledger } = await ready();
    onGraphql(() => ({ data: { p0: { commit: { oid: oid("2") } } } }));
    await ledger.commit({ expected: oid("1"), files: [{ path: "a", text: "a" }], message: "m" });
    onHead(oid("1"));
    onCommits(oid("1"), [commitRow(oid("1"))]);
    nock(host)
      .get(`${base}/compare/${oid("2")}...${oid("1")}`)
      .query({ per_page: 1 })
      .reply(200, { status: "behind" });
    onHead(oid("2"));
    expect(await ledger.read()).toMatchObject({ oid: oid("2"), foreign: [] });
  });

  test("more than a page above what was seen is asked about once", async () => {
    const { ledger, usage } = await ready();
    const above = Array.from({ length: 30 }, (_, index) => commitRow(`${index}`.padStart(40, "a"), { parents: ["x"] }));
    onHead(oid("8"));
    onCommits(oid("8"), [commitRow(oid("8"), { parents: ["x"] }), ...above.slice(1)]);
    nock(host)
      .get(`${base}/compare/${oid("1")}...${oid("8")}`)
      .query({ per_page: 1 })
      .reply(200, { status: "ahead" });
    onFiles(oid("8"), files);
    expect((await ledger.read()).foreign).toEqual([]);
    expect(requests(usage)).toBe(3 + 4);
  });

  test("a merge answers for all it brings, seen or not", async () => {
    const { ledger } = await ready();
    onHead(oid("3"));
    const merge = pushedRow(oid("3"), oid("1"));
    onCommits(oid("3"), [
      { ...merge, parents: [{ sha: oid("7") }, { sha: oid("1") }] },
      commitRow(oid("1")),
      pushedRow(oid("7"), oid("6")),
    ]);
    onFiles(oid("3"), { ...files, "plans/2/plan.yaml": "goal: evil\n" });
    expect((await ledger.read()).foreign).toMatchObject([{ commit: oid("3"), paths: ["plans/2/plan.yaml"] }]);
  });

  test("a branch that was deleted is put back where it was", async () => {
    const { ledger } = await ready();
    nock(host).get(`${base}/git/ref/heads%2Fcoppice-ledger`).reply(404, { message: "Not Found" });
    nock(host)
      .post(`${base}/git/refs`, { ref: "refs/heads/coppice-ledger", sha: oid("1") })
      .reply(201, { object: { sha: oid("1") } });
    expect(await ledger.read()).toMatchObject({ oid: oid("1"), foreign: [] });
  });

  test("a history without any commit of the app's is foreign as a whole", async () => {
    const ledger = openLedger(testScope().scope);
    onHead(oid("3"));
    onCommits(oid("3"), [pushedRow(oid("3"), oid("2")), { ...pushedRow(oid("2"), oid("1")), parents: [] }]);
    onFiles(oid("3"), files);
    expect((await ledger.read()).foreign).toMatchObject([
      { commit: oid("2"), paths: [] },
      { commit: oid("3"), paths: Object.keys(files) },
    ]);
  });
});

test("a blob is named as git names it", () => {
  expect(blobOid("hello world\n")).toBe("3b18e512dba79e4c8300dd08aeb37f8e728b8dad");
});
