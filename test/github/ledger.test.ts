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
  test("costs one request for the head, one for a new tree, one for a text, and nothing twice", async () => {
    const { scope, usage } = testScope();
    const ledger = openLedger(scope);
    onHead(oid("1"));
    onTree(oid("1"));
    onBlob();
    const head = await ledger.read();
    expect(head.paths).toEqual(["plans/1/plan.yaml"]);
    for (let count = 0; count < 2; count++) expect(await head.text("plans/1/plan.yaml")).toBe("goal: x\n");
    onHead(oid("1"));
    expect(await (await ledger.read()).text("plans/1/plan.yaml")).toBe("goal: x\n");
    expect(usage.read().reduce((sum, { requests }) => sum + requests, 0)).toBe(4);
  });

  test("a tree too large to be listed whole is an error, not half a ledger", async () => {
    onHead(oid("1"));
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
        { sha: oid("3"), commit: { message: "later" } },
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
    onTree(oid("6"));
    expect((await openLedger(testScope().scope).read()).oid).toBe(oid("6"));
  });
});

test("a blob is named as git names it", () => {
  expect(blobOid("hello world\n")).toBe("3b18e512dba79e4c8300dd08aeb37f8e728b8dad");
});
