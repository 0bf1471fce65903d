import { expect, test } from "vitest";
import { operatorToken, startHost } from "./support/host.ts";
import { connectWorker } from "./support/worker.ts";

const hour = `${new Date().toISOString().slice(0, 13)}:00:00Z`;
const secret = { repository: "octo/the-private-one", issue: 7 };

const counts = {
  api: () => [
    { route: "GET /repos/{owner}/{repo}", hour, requests: 2, contents: 0, plan: secret },
    { route: "GET /repos/{owner}/{repo}", hour, requests: 1, contents: 0, unchanged: 1, joined: 2 },
    { route: "POST /graphql createIssue", hour, requests: 1, contents: 4, plan: secret },
    { route: "GET /user", hour: "2020-01-01T00:00:00Z", requests: 9, contents: 0 },
  ],
  budget: () => ({ waits: 3, waitedSeconds: 4.5, givenUp: 1, refused: 2 }),
  tasks: () => new Map([["queued", 5]]),
  takenOver: () => 6,
  sweeps: () => ({ found: 7, redelivered: 8 }),
};

test("Prometheus reads what a hub is doing, and no name of a repository", async () => {
  const host = await startHost({ counts });
  await connectWorker(host, "worker-1", { slots: 3 });
  const answer = await fetch(`${host.front.url}/metrics`);
  expect(answer.headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
  const text = await answer.text();
  for (const line of [
    'coppice_workers{state="connected"} 1',
    'coppice_worker_slots{state="free"} 3',
    "coppice_runs 0",
    'coppice_tasks{state="queued"} 5',
    `coppice_api_requests{route="GET /repos/{owner}/{repo}",hour="${hour}"} 3`,
    `coppice_api_creations{route="POST /graphql createIssue",hour="${hour}"} 4`,
    `coppice_api_unchanged{route="GET /repos/{owner}/{repo}",hour="${hour}"} 1`,
    `coppice_api_joined{route="GET /repos/{owner}/{repo}",hour="${hour}"} 2`,
    "coppice_api_waits_total 3",
    "coppice_api_waited_seconds_total 4.5",
    "coppice_api_given_up_total 1",
    "coppice_api_refused_total 2",
    "coppice_leases_taken_over_total 6",
    "coppice_sweep_finds_total 7",
    "coppice_webhooks_redelivered_total 8",
  ])
    expect(text.split("\n")).toContain(line);
  expect(text).toMatch(/^coppice_event_loop_lag_seconds\{quantile="0\.99"\} [\d.e-]+$/m);
  expect(text).toMatch(/^coppice_memory_bytes\{kind="rss"\} \d{7,}$/m);
  expect(text).not.toContain("private");
  expect(text).not.toContain("2020");
});

test("from another machine it wants the operator's token, as what a proxy on this one hands on does", async () => {
  const { front } = await startHost();
  const ask = (headers: Record<string, string>) => fetch(`${front.url}/metrics`, { headers });
  const authorization = `Bearer ${operatorToken}`;
  for (const name of ["forwarded", "x-forwarded-for", "x-real-ip", "via"]) {
    const refused = await ask({ [name]: "203.0.113.7" });
    expect([refused.status, await refused.text()]).toEqual([401, expect.not.stringContaining("coppice_")]);
    expect((await ask({ [name]: "203.0.113.7", authorization })).status).toBe(200);
  }
  expect((await ask({})).status).toBe(200);
});

test("what was asked of the API is told by plan, route and hour to the operator alone", async () => {
  const { front } = await startHost({ counts });
  const ask = (path: string) => fetch(`${front.url}${path}`, { headers: { authorization: `Bearer ${operatorToken}` } });
  expect((await fetch(`${front.url}/api/usage`)).status).toBe(401);
  expect(await (await ask("/api/usage")).json()).toEqual({ counts: counts.api() });
  const ofPlan = await (await ask("/api/usage?plan=7&repository=Octo/The-Private-One")).json();
  expect(ofPlan).toEqual({ counts: counts.api().filter(({ plan }) => plan !== undefined) });
  expect(await (await ask("/api/usage?plan=7&repository=octo/other")).json()).toEqual({ counts: [] });
  expect((await ask("/api/usage?plan=x")).status).toBe(400);
});
