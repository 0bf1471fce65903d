import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectValidWebhook } from "../support/openapi.ts";
import { eventually, installed, octokit, refusal, startWorld, type World } from "./support.ts";

let world: World;
const sample = { owner: "ada", repo: "sample" };
const open = async (title: string, more: object = {}) =>
  (await world.ada.issues.create({ ...sample, title, ...more })).data;
const as = (login: string) => octokit(world.forge, world.forge.admin.createToken(login));

beforeAll(async () => {
  world = await startWorld();
  const { admin } = world.forge;
  await admin.createRepository({ owner: "ada", name: "sample" });
  await admin.createRepository({ owner: "ada", name: "hidden", private: true });
  for (const login of ["grace", "eve"]) admin.ensureUser({ login });
  admin.setPermission("ada/sample", "grace", "triage");
});

afterAll(() => world.close());

/** The deliveries about an issue, as `event action`, once there are as many as expected; each as GitHub would send it. */
async function told(number: number, expected: number): Promise<string[]> {
  const about = () =>
    world.receiver.received.filter(({ payload }) => {
      const { issue } = payload as { issue?: { number: number } };
      return issue?.number === number;
    });
  await eventually(() => about().length >= expected);
  for (const { event, payload } of about()) expectValidWebhook(event, String(payload.action), payload);
  return about().map(({ event, payload }) => `${event} ${payload.action}`);
}

describe("an issue", () => {
  test("is opened, read, edited, closed with a reason and reopened, and every step is told once", async () => {
    const issue = await open("Sail", { body: "to sea", labels: ["wind"], assignees: ["ada"] });
    expect(issue).toMatchObject({
      title: "Sail",
      body: "to sea",
      state: "open",
      state_reason: null,
      user: { login: "ada" },
      author_association: "OWNER",
      labels: [{ name: "wind", color: "ededed" }],
      assignee: { login: "ada" },
      assignees: [{ login: "ada" }],
      comments: 0,
      closed_by: null,
      reactions: { total_count: 0, "+1": 0 },
      sub_issues_summary: { total: 0, completed: 0, percent_completed: 0 },
      issue_dependencies_summary: { blocked_by: 0, blocking: 0, total_blocked_by: 0, total_blocking: 0 },
    });
    const at = { ...sample, issue_number: issue.number };
    await world.ada.issues.update({ ...at, title: "Sail on", body: "to the sea" });
    await world.ada.issues.update({ ...at, title: "Sail on", body: "to the sea" });
    const closed = await world.ada.issues.update({ ...at, state: "closed", state_reason: "not_planned" });
    expect(closed.data).toMatchObject({ state: "closed", state_reason: "not_planned", closed_by: { login: "ada" } });
    expect(closed.data.closed_at).not.toBeNull();
    const reopened = await world.ada.issues.update({ ...at, state: "open" });
    expect(reopened.data).toMatchObject({ state: "open", state_reason: "reopened", closed_at: null, closed_by: null });
    expect((await world.ada.issues.get(at)).data).toMatchObject({ title: "Sail on", body: "to the sea" });
    const steps = ["opened", "labeled", "edited", "closed", "reopened"].map((action) => `issues ${action}`);
    expect(await told(issue.number, steps.length)).toEqual(steps);
    const edited = world.receiver.received.find(({ payload }) => payload.action === "edited")?.payload;
    expect(edited).toMatchObject({ changes: { title: { from: "Sail" }, body: { from: "to sea" } } });
    const events = await world.ada.issues.listEvents(at);
    expect(events.data.map(({ event }) => event)).toEqual(["labeled", "renamed", "closed", "reopened"]);
    expect((await world.ada.issues.listEventsForRepo(sample)).data[0]?.event).toBe("reopened");
  });

  test("is closed as completed unless a reason says otherwise", async () => {
    const { number } = await open("Done");
    const { data } = await world.ada.issues.update({ ...sample, issue_number: number, state: "closed" });
    expect(data.state_reason).toBe("completed");
  });

  test("keeps its old text when the new one is over 65,536 characters, and answers 200", async () => {
    const { number } = await open("Long", { body: "short" });
    const update = (body: string) => world.ada.issues.update({ ...sample, issue_number: number, body });
    expect((await update("a".repeat(65_537))).data.body).toBe("short");
    expect((await update("a".repeat(65_536))).data.body).toHaveLength(65_536);
    expect((await refusal(open("Too long", { body: "a".repeat(65_537) }))).status).toBe(422);
  });

  test("needs a title", async () => {
    expect(await refusal(open(" "))).toEqual({ status: 422, message: "Validation Failed" });
    const untitled = world.ada.request("POST /repos/{owner}/{repo}/issues", { ...sample, title: undefined as never });
    expect((await refusal(untitled)).status).toBe(422);
    expect((await refusal(open("x".repeat(257)))).status).toBe(422);
  });

  test("drops the labels and assignees of people who may not push, silently", async () => {
    const data = (await as("eve").issues.create({ ...sample, title: "Mine", labels: ["wind"], assignees: ["eve"] }))
      .data;
    expect(data).toMatchObject({ labels: [], assignees: [], author_association: "NONE" });
    const at = { ...sample, issue_number: data.number };
    expect((await as("eve").issues.update({ ...at, body: "more", labels: ["wind"] })).data).toMatchObject({
      body: "more",
      labels: [],
    });
    expect((await as("grace").issues.update({ ...at, labels: ["wind", "unheard of"] })).data.labels).toMatchObject([
      { name: "wind" },
    ]);
  });

  test("is changed by its author and those who triage only", async () => {
    const at = { ...sample, issue_number: (await open("Mine")).number };
    expect((await refusal(as("eve").issues.update({ ...at, title: "Yours" }))).status).toBe(403);
    expect((await refusal(octokit(world.forge).issues.update({ ...at, title: "Yours" }))).status).toBe(401);
    expect((await as("grace").issues.update({ ...at, state: "closed" })).data.state).toBe("closed");
  });

  test("in a private repository is not there for strangers", async () => {
    const hidden = { owner: "ada", repo: "hidden" };
    const { data } = await world.ada.issues.create({ ...hidden, title: "Secret" });
    const at = { ...hidden, issue_number: data.number };
    expect((await refusal(as("eve").issues.get(at))).status).toBe(404);
    expect((await refusal(octokit(world.forge).issues.get(at))).status).toBe(404);
    expect((await refusal(world.ada.issues.get({ ...sample, issue_number: 99_999 }))).status).toBe(404);
  });

  test("that was deleted answers 410", async () => {
    const { number } = await open("Gone");
    world.forge.admin.deleteIssue("ada/sample", number);
    expect((await refusal(world.ada.issues.get({ ...sample, issue_number: number }))).status).toBe(410);
  });

  test("honours the permissions of an installation token", async () => {
    const issue = await open("For the app");
    const at = { ...sample, issue_number: issue.number };
    const reader = (await installed(world, { permissions: { issues: "read" } })).octokit;
    expect((await reader.issues.get(at)).data.number).toBe(issue.number);
    const refused = { status: 403, message: "Resource not accessible by integration" };
    expect(await refusal(reader.issues.create({ ...sample, title: "No" }))).toEqual(refused);
    expect(await refusal(reader.issues.update({ ...at, state: "closed" }))).toEqual(refused);
    const other = (await installed(world, { permissions: { pull_requests: "write" } })).octokit;
    expect(await refusal(other.issues.createComment({ ...at, body: "No" }))).toEqual(refused);
    const writer = (await installed(world)).octokit;
    const { data } = await writer.issues.create({ ...sample, title: "Yes", labels: ["by the app"] });
    expect(data).toMatchObject({ user: { login: "coppice[bot]", type: "Bot" }, labels: [{ name: "by the app" }] });
    expect(data.performed_via_github_app).toMatchObject({ slug: "coppice" });
  });
});

describe("a list of issues", () => {
  const repo = { owner: "ada", repo: "listed" };

  beforeAll(async () => {
    await world.forge.admin.createRepository({ owner: "ada", name: "listed" });
    for (let at = 1; at <= 7; at += 1) {
      const labels = at % 2 === 0 ? ["even"] : at % 3 === 0 ? ["odd", "three"] : ["odd"];
      await world.ada.issues.create({ ...repo, title: `Issue ${at}`, labels, assignees: at === 5 ? ["ada"] : [] });
    }
    await world.ada.issues.update({ ...repo, issue_number: 2, state: "closed" });
  });

  const numbers = async (query: object) =>
    (await world.ada.issues.listForRepo({ ...repo, ...query })).data.map(({ number }) => number);

  test("holds what is open, newest first, and follows every filter", async () => {
    expect(await numbers({})).toEqual([7, 6, 5, 4, 3, 1]);
    expect(await numbers({ state: "closed" })).toEqual([2]);
    expect(await numbers({ state: "all", direction: "asc" })).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(await numbers({ labels: "ODD,three" })).toEqual([3]);
    expect(await numbers({ labels: "nobody" })).toEqual([]);
    expect(await numbers({ assignee: "ada" })).toEqual([5]);
    expect(await numbers({ assignee: "none", labels: "odd" })).toEqual([7, 3, 1]);
    expect(await numbers({ creator: "eve" })).toEqual([]);
    expect(await numbers({ creator: "ada", since: "2000-01-01T00:00:00Z" })).toHaveLength(6);
    expect(await numbers({ since: "2999-01-01T00:00:00Z" })).toEqual([]);
    await world.ada.issues.createComment({ ...repo, issue_number: 4, body: "hello" });
    expect((await numbers({ sort: "comments" }))[0]).toBe(4);
  });

  test("comes in pages with links", async () => {
    const first = await world.ada.issues.listForRepo({ ...repo, per_page: 4 });
    expect(first.data).toHaveLength(4);
    expect(first.headers.link).toMatch(/[?&]page=2>; rel="next"/);
    const all = await world.ada.paginate(world.ada.issues.listForRepo, { ...repo, per_page: 4 });
    expect(all.map(({ number }) => number)).toEqual([7, 6, 5, 4, 3, 1]);
  });
});
