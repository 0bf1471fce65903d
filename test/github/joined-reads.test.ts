import { setImmediate } from "node:timers/promises";
import nock from "nock";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import type { BudgetPriority } from "../../src/core/budget/limits.ts";
import { joinedFor, joinReads } from "../../src/github/joined-reads.ts";
import { baseUrl, interceptRequests, onGraphql, testScope } from "./support.ts";

interceptRequests();

const thing = z.object({ name: z.string() });
const read = { route: "GET /things/{id}", parameters: { id: 1 } };

describe("identical reads asked at once", () => {
  test("are one request, whose answer is everybody's, and are counted", async () => {
    nock(baseUrl).get("/things/1").reply(200, { name: "a" });
    nock(baseUrl).get("/things/2").reply(200, { name: "b" });
    const { scope, usage } = testScope();
    const ask = (id: number) => scope.client.rest({ ...read, parameters: { id } }, thing);
    expect(await Promise.all([ask(1), ask(1), ask(2), ask(1)])).toMatchObject([
      { name: "a" },
      { name: "a" },
      { name: "b" },
      { name: "a" },
    ]);
    expect(usage.list()).toMatchObject([{ route: read.route, requests: 2, joined: 2 }]);
  });

  test("are one request of GraphQL too, unless they change something", async () => {
    const { scope, usage } = testScope();
    onGraphql(() => ({ data: { p0: { done: 1 } } }));
    const query = { parts: [{ document: "pull" as const, variables: { owner: "o", name: "n", number: 1 } }] };
    await Promise.all([scope.client.graphql(query), scope.client.graphql(query)]);
    for (const _ of [1, 2]) onGraphql(() => ({ data: { p0: { done: 1 } } }));
    const mutation = { parts: [{ document: "create-issue" as const, variables: { input: {} } }] };
    await Promise.all([scope.client.graphql(mutation), scope.client.graphql(mutation)]);
    expect(usage.list().map(({ requests, joined }) => [requests, joined])).toEqual([
      [2, undefined],
      [1, 1],
    ]);
  });

  test("share a failure, and are then sent as one again", async () => {
    nock(baseUrl).get("/things/1").reply(502);
    nock(baseUrl).get("/things/1").times(2).reply(200, { name: "a" });
    const { scope } = testScope();
    const both = await Promise.all([scope.client.rest(read, thing), scope.client.rest(read, thing)]);
    expect(both).toEqual([{ name: "a" }, { name: "a" }]);
    nock.cleanAll();
  });
});

/** Reads of one thing, each answered when the test says so. */
function stage() {
  let now = 0;
  const sent: { leave: () => void; answer: () => void }[] = [];
  const joins = joinReads<number>({ monotonic: () => now });
  const ask = (priority: BudgetPriority = "work") => {
    const answered = joins.read({ key: "a", priority }, (leave) => {
      const number = sent.length + 1;
      return new Promise((resolve) => sent.push({ leave, answer: () => resolve(number) }));
    });
    return answered.then(({ answer, isJoined }) => `${isJoined ? "joined" : "sent"} ${answer}`);
  };
  const pass = (milliseconds: number) => {
    now += milliseconds;
  };
  const answerAll = async (...asked: Promise<string>[]) => {
    for (const one of sent) one.answer();
    await setImmediate();
    return Promise.all(asked);
  };
  return { joins, sent, ask, pass, answerAll };
}

describe("nobody joins a read", () => {
  test("that left before a write of ours ended; one that still waits for its turn will show it", async () => {
    const { joins, sent, ask, answerAll } = stage();
    const before = ask();
    joins.wrote();
    const waiting = ask();
    sent[0]?.leave();
    joins.wrote();
    const after = ask();
    expect(await answerAll(before, waiting, after)).toEqual(["sent 1", "joined 1", "sent 2"]);
  });

  test("that has been on its way for a while: others may have changed something since", async () => {
    const { sent, ask, pass, answerAll } = stage();
    const first = ask();
    pass(60_000);
    sent[0]?.leave();
    pass(joinedFor);
    const soon = ask();
    pass(1);
    const late = ask();
    expect(await answerAll(first, soon, late)).toEqual(["sent 1", "joined 1", "sent 2"]);
  });

  test("that waits behind what is more urgent than itself", async () => {
    const { ask, answerAll } = stage();
    const projection = ask("projection");
    const person = ask("people");
    const work = ask("work");
    expect(await answerAll(projection, person, work)).toEqual(["sent 1", "sent 2", "joined 2"]);
  });

  test("that has ended", async () => {
    const { ask, answerAll } = stage();
    expect(await answerAll(ask())).toEqual(["sent 1"]);
    const again = ask();
    expect(await answerAll(again)).toEqual(["sent 2"]);
  });
});
