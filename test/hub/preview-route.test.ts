import { expect, test } from "vitest";
import { openHub } from "../../src/cli/client/hub.ts";
import type { RepositoryPreview } from "../../src/reconciler/preview.ts";
import { operatorToken, startHost } from "./support/host.ts";

const seen: RepositoryPreview = {
  ...{ repository: "octo/hello", workers: 1, broken: [] },
  plans: [
    {
      ...{ plan: 1, goal: "Say hello", status: "draft", revision: 2, effects: [], starts: [], waiting: [] },
      onceApproved: {
        effects: [
          {
            ...{
              kind: "create-task-issues",
              lines: ['open an issue under #1 for T1 "Greet"'],
              rule: "tasks get issues",
            },
            ...{ last: false, effect: { kind: "create-task-issues", tasks: ["T1"] } },
          },
        ],
        starts: [{ task: "T1", title: "Greet", worker: "w" }],
        waiting: [{ task: "T2", state: "queued", line: "waits for T1" }],
      },
    },
  ],
  unread: [{ issue: 1, comment: 7, author: "ada", commands: ["/approve"] }],
};

test("what would be done about a plan, or about all of a repository, is told by the hub and read by the terminal", async () => {
  const { front } = await startHost({
    preview: async ({ owner, name }, plan) => {
      if (owner !== "octo" || name !== "hello") return undefined;
      return plan === undefined || plan === 1 ? seen : { ...seen, plans: [] };
    },
  });
  const hub = openHub(front.url, operatorToken, AbortSignal.timeout(10_000));
  expect(await hub.preview("octo/hello", 1)).toEqual(seen);
  expect(await hub.preview("octo/hello")).toEqual(seen);
  expect(await hub.preview("octo/hello", 2)).toBeUndefined();
  expect(await hub.preview("octo/other")).toBeUndefined();
  const headers = { authorization: `Bearer ${operatorToken}` };
  const status = async (path: string) => (await fetch(`${front.url}/api/plans/${path}`, { headers })).status;
  expect(await status("octo/hello/x/preview")).toBe(404);
  expect((await fetch(`${front.url}/api/plans/octo/hello/preview`)).status).toBe(401);
});
