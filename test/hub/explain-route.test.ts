import { expect, test } from "vitest";
import { openHub } from "../../src/cli/client/hub.ts";
import type { ExplainedPlan } from "../../src/hub/explain-route.ts";
import { operatorToken, startHost } from "./support/host.ts";

const explained: ExplainedPlan = {
  plan: 1,
  tasks: [
    {
      ...{ key: "T2", title: "Say hello", issue: 7, state: "queued", rule: "place", line: "others are before it" },
      behind: [{ key: "T1", state: "failed", line: "no-change: nothing" }],
      place: { position: 2, of: 3 },
      workers: [{ worker: "w", why: "not connected" }],
      help: ["start a worker"],
    },
  ],
};

test("why the tasks of a plan are where they are is told by the plan's issue or a task's, and read by the terminal", async () => {
  const { front } = await startHost({
    explain: ({ owner, name }, issue) =>
      owner === "octo" && name === "hello" && (issue === 1 || issue === 7) ? explained : undefined,
  });
  const hub = openHub(front.url, operatorToken, AbortSignal.timeout(10_000));
  expect(await hub.explain("octo/hello", 7)).toEqual(explained);
  expect(await hub.explain("octo/hello", 8)).toBeUndefined();
  const headers = { authorization: `Bearer ${operatorToken}` };
  for (const path of ["octo/hello/8", "octo/other/1", "octo/hello/x", "octo/hello/99999999999"]) {
    const answer = await fetch(`${front.url}/api/plans/${path}/explain`, { headers });
    expect([answer.status, await answer.json()]).toEqual([
      404,
      { error: expect.stringContaining("has been looked at") },
    ]);
  }
  expect((await fetch(`${front.url}/api/plans/octo/hello/1/explain`)).status).toBe(401);
});

test("a hub whose host explains nothing says that nothing was looked at", async () => {
  const { front } = await startHost();
  const headers = { authorization: `Bearer ${operatorToken}` };
  expect((await fetch(`${front.url}/api/plans/octo/hello/1/explain`, { headers })).status).toBe(404);
});
