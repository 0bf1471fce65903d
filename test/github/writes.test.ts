import nock from "nock";
import { describe, expect, test } from "vitest";
import { githubLimits } from "../../src/core/budget/limits.ts";
import type { Write } from "../../src/github/writes.ts";
import type { GraphqlBody } from "./support.ts";
import { host, interceptRequests, onGraphql, testScope } from "./support.ts";

interceptRequests();

const labels = (id: string, more: Partial<Write> = {}): Write => ({
  part: { document: "add-labels", variables: { input: { labelableId: id, labelIds: ["L_1"] } } },
  idempotent: true,
  ...more,
});
const comment = (body: string): Write => ({
  part: { document: "add-comment", variables: { input: { subjectId: "I_1", body } } },
  contents: 1,
});
/** An answer in which every part of the request was done. */
const allDone = ({ variables }: GraphqlBody) => ({
  data: Object.fromEntries(Object.keys(variables).map((_, index) => [`p${index}`, { done: index }])),
});
const sizes = (sent: readonly GraphqlBody[]) => sent.map(({ variables }) => Object.keys(variables).length);

/** Answers so many requests and keeps what they said. */
function answering(times: number, answer: (body: GraphqlBody) => nock.Body = allDone): GraphqlBody[] {
  const sent: GraphqlBody[] = [];
  for (let count = 0; count < times; count++) {
    onGraphql((body) => {
      sent.push(body);
      return answer(body);
    });
  }
  return sent;
}

describe("writes that come together", () => {
  test("are one request in the order they came, named after all of them, and each has its own answer", async () => {
    const { scope, usage } = testScope();
    const sent = answering(1);
    const written = await Promise.all([scope.writes.perform(labels("I_1")), scope.writes.perform(comment("b"))]);
    expect(written).toEqual([
      { kind: "done", data: { done: 0 } },
      { kind: "done", data: { done: 1 } },
    ]);
    expect(sent[0]?.query).toMatch(/p0: addLabelsToLabelable[\s\S]*p1: addComment/);
    expect(usage.read()).toEqual([{ route: "POST /graphql AddCommentAndAddLabels", requests: 1, contents: 1 }]);
  });

  test("are ten a request at most, and fewer where they are long", async () => {
    const { scope } = testScope();
    const sent = answering(3);
    await Promise.all(Array.from({ length: 23 }, (_, index) => scope.writes.perform(labels(`I_${index}`))));
    expect(sizes(sent).toSorted((a, b) => b - a)).toEqual([10, 10, 3]);
    const long = answering(2);
    await Promise.all(Array.from({ length: 3 }, () => scope.writes.perform(comment("x".repeat(150_000)))));
    expect(sizes(long).toSorted()).toEqual([1, 2]);
  });

  test("one that can wait leaves with one that does not", async () => {
    const { scope } = testScope();
    const sent = answering(1);
    await Promise.all([scope.writes.perform(labels("I_1", { patience: 10_000 })), scope.writes.perform(comment("b"))]);
    expect(sizes(sent)).toEqual([2]);
  });
});

describe("a request of which only a part took effect", () => {
  const half = () => ({
    data: { p0: null, p1: { done: 1 }, p2: null },
    errors: [
      { type: "UNPROCESSABLE", message: "no such label", path: ["p0"] },
      { message: "Something went wrong while executing your query", path: ["p2"] },
    ],
  });

  test("gives each its own end: refused, done, and unknown where it must not be done twice", async () => {
    const { scope } = testScope();
    answering(1, half);
    const ends = await Promise.allSettled([
      scope.writes.perform(labels("I_1")),
      scope.writes.perform(comment("b")),
      scope.writes.perform(comment("c")),
    ]);
    expect(ends[0]).toMatchObject({ status: "fulfilled", value: { kind: "refused", error: { path: ["p0"] } } });
    expect(ends[1]).toMatchObject({ status: "fulfilled", value: { kind: "done" } });
    expect(ends[2]).toMatchObject({ status: "rejected", reason: { code: "forge-unavailable" } });
  });

  test("what may be done twice is sent once more, alone", async () => {
    const { scope } = testScope();
    answering(1, half);
    const again = answering(1);
    const ends = await Promise.all([
      scope.writes.perform(labels("I_1")),
      scope.writes.perform(comment("b")),
      scope.writes.perform(labels("I_3")),
    ]);
    expect(ends[2]).toEqual({ kind: "done", data: { done: 0 } });
    expect(again[0]?.variables).toEqual({ input0: { labelableId: "I_3", labelIds: ["L_1"] } });
  });
});

describe("a request without an answer", () => {
  test("is not sent again where it creates something: whoever wanted that looks; the rest is", async () => {
    const { scope } = testScope();
    nock(host).post("/api/graphql").replyWithError(new Error("socket hang up"));
    const again = answering(1);
    const ends = await Promise.allSettled([scope.writes.perform(comment("b")), scope.writes.perform(labels("I_1"))]);
    expect(ends.map(({ status }) => status)).toEqual(["rejected", "fulfilled"]);
    expect(again[0]?.query).not.toContain("addComment");
  });

  test("that was refused as a whole is sent one by one: one spoils it for none", async () => {
    const { scope } = testScope();
    nock(host).post("/api/graphql").reply(413, { message: "too large" });
    const spoiled = (body: GraphqlBody) => JSON.stringify(body).includes("bad");
    for (let count = 0; count < 2; count++) {
      onGraphql((body) => (spoiled(body) ? { data: null, errors: [{ message: "nonsense" }] } : allDone(body)));
    }
    const ends = await Promise.allSettled([
      scope.writes.perform(comment("good")),
      scope.writes.perform(comment("bad")),
    ]);
    expect(ends[0]).toMatchObject({ status: "fulfilled", value: { kind: "done" } });
    expect(ends[1]).toMatchObject({ status: "rejected", reason: { code: "forge-refused" } });
  });
});

test("what creates nothing does not wait where no more may be created", async () => {
  const { scope, clock } = testScope({ limits: { ...githubLimits, contentsPerMinute: 2 } });
  const say = (body: string) => scope.writes.perform({ ...comment(body), priority: "people" });
  const sent = answering(3);
  await Promise.all([say("a"), say("b")]);
  await Promise.all([scope.writes.perform(labels("I_1")), say("c")]);
  expect(sizes(sent)).toEqual([2, 1, 1]);
  expect(sent[1]?.query).toContain("addLabels");
  expect(clock.monotonic()).toBeGreaterThan(60_000);
});

test("stopping ends the waiting", async () => {
  const { scope, stop } = testScope();
  const waiting = scope.writes.perform(labels("I_1", { patience: 60_000 }));
  stop.abort(new Error("stopping"));
  await expect(waiting).rejects.toThrow("stopping");
  await expect(scope.writes.perform(labels("I_2"))).rejects.toThrow("stopping");
});
