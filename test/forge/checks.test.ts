import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deliveries, type Workshop, workshop } from "./pull-support.ts";
import { eventually, installed, octokit, refusal, startWorld, type World } from "./support.ts";

let world: World;
let shop: Workshop;
let app: Awaited<ReturnType<typeof installed>>["octokit"];

beforeAll(async () => {
  world = await startWorld();
  shop = await workshop(world, "checked");
  app = (await installed(world)).octokit;
  world.forge.admin.ensureUser({ login: "eve" });
});

afterAll(() => world.close());

const annotation = (line: number) => ({
  path: "README.md",
  start_line: line,
  end_line: line,
  annotation_level: "warning" as const,
  message: "hm",
});

describe("check runs", () => {
  test("are made by apps, updated, listed with the latest of each name, and told of", async () => {
    const head_sha = await shop.branch("checks", { "c.txt": "c" });
    const pull = (await world.ada.pulls.create({ ...shop.repo, title: "Checked", head: "checks", base: "main" })).data;
    const started = await app.checks.create({ ...shop.repo, name: "verify", head_sha, status: "in_progress" });
    expect(started.data).toMatchObject({ status: "in_progress", conclusion: null, app: { slug: "coppice" } });
    expect(started.data.pull_requests.map(({ number }) => number)).toEqual([pull.number]);
    const state = async () =>
      (await world.ada.pulls.get({ ...shop.repo, pull_number: pull.number })).data.mergeable_state;
    expect(await state()).toBe("unstable");
    const at = { ...shop.repo, check_run_id: started.data.id };
    const done = await app.checks.update({
      ...at,
      conclusion: "failure",
      output: { title: "Failed", summary: "two tests", annotations: [annotation(1), annotation(2)] },
      actions: [{ label: "Retry", description: "Try again", identifier: "retry" }],
    });
    expect(done.data).toMatchObject({ status: "completed", conclusion: "failure" });
    expect(done.data.completed_at).not.toBeNull();
    expect(done.data.output).toMatchObject({ title: "Failed", annotations_count: 2 });
    const again = await app.checks.create({ ...shop.repo, name: "verify", head_sha, conclusion: "success" });
    expect(await state()).toBe("clean");
    const list = async (filter?: "all" | "latest") =>
      (await world.ada.checks.listForRef({ ...shop.repo, ref: "checks", filter })).data;
    expect((await list()).check_runs.map(({ id }) => id)).toEqual([again.data.id]);
    expect((await list("all")).total_count).toBe(2);
    const suites = (await world.ada.checks.listSuitesForRef({ ...shop.repo, ref: head_sha })).data;
    expect(suites.check_suites).toMatchObject([{ status: "completed", conclusion: "success", head_branch: "checks" }]);
    const told = await deliveries(world, { repo: "checked", events: ["check_run", "check_suite"], expected: 6 });
    expect(told).toEqual([
      ...["check_run created", "check_run completed", "check_suite completed"],
      ...["check_run created", "check_run completed", "check_suite completed"],
    ]);
  });

  test("have buttons whose pressing only their app hears", async () => {
    const head_sha = (await world.ada.git.getRef({ ...shop.repo, ref: "heads/main" })).data.object.sha;
    const actions = [{ label: "Retry", description: "Try again", identifier: "retry" }];
    const run = (await app.checks.create({ ...shop.repo, name: "buttons", head_sha, actions })).data;
    world.forge.admin.pressCheckButton({ checkRunId: run.id, login: "eve", identifier: "retry" });
    const pressed = await eventually(() =>
      world.receiver.received.find(({ payload }) => payload.action === "requested_action"),
    );
    expect(pressed.payload).toMatchObject({
      check_run: { id: run.id, name: "buttons" },
      requested_action: { identifier: "retry" },
      sender: { login: "eve" },
    });
    const press = () => world.forge.admin.pressCheckButton({ checkRunId: run.id, login: "eve", identifier: "other" });
    expect(press).toThrow("has no button other");
  });

  test("are refused for people, unknown commits, too many remarks and completion without an outcome", async () => {
    const head_sha = (await world.ada.git.getRef({ ...shop.repo, ref: "heads/main" })).data.object.sha;
    const make = (more: object, client = app) => client.checks.create({ ...shop.repo, name: "x", head_sha, ...more });
    expect((await refusal(make({}, world.ada))).status).toBe(403);
    expect((await refusal(make({ head_sha: "0".repeat(40) }))).status).toBe(422);
    expect((await refusal(make({ status: "completed" }))).status).toBe(422);
    const annotations = Array.from({ length: 51 }, (_, line) => annotation(line + 1));
    expect((await refusal(make({ output: { title: "t", summary: "s", annotations } }))).status).toBe(422);
    const reader = (await installed(world, { permissions: { checks: "read" } })).octokit;
    expect((await refusal(make({}, reader))).message).toBe("Resource not accessible by integration");
  });
});

describe("statuses", () => {
  test("of a commit combine the latest of each context", async () => {
    const sha = await shop.branch("statuses", { "s.txt": "s" });
    const report = (context: string, state: "success" | "pending" | "failure") =>
      world.ada.repos.createCommitStatus({ ...shop.repo, sha, context, state, description: state });
    await report("a", "failure");
    await report("a", "success");
    await report("b", "pending");
    const combined = async () => (await world.ada.repos.getCombinedStatusForRef({ ...shop.repo, ref: sha })).data;
    expect(await combined()).toMatchObject({ state: "pending", total_count: 2, sha });
    await report("b", "success");
    expect((await combined()).state).toBe("success");
    const all = await world.ada.repos.listCommitStatusesForRef({ ...shop.repo, ref: "statuses" });
    expect(all.data.map(({ context, state }) => `${context} ${state}`)).toEqual([
      ...["b success", "b pending", "a success", "a failure"],
    ]);
    const unknown = { ...shop.repo, sha: "1".repeat(40), state: "success" } as const;
    expect((await refusal(world.ada.repos.createCommitStatus(unknown))).status).toBe(422);
  });
});

describe("required checks", () => {
  test("are read from the branch's rules, block a merge until they succeed, and are gone when lifted", async () => {
    const rules = async () => (await world.ada.repos.getBranchRules({ ...shop.repo, branch: "main" })).data;
    expect(await rules()).toEqual([]);
    world.forge.admin.setRequiredChecks("ada/checked", "main", ["verify"]);
    expect(await rules()).toMatchObject([
      {
        type: "required_status_checks",
        parameters: { required_status_checks: [{ context: "verify" }] },
      },
    ]);
    const head_sha = await shop.branch("required", { "r.txt": "r" });
    const pull = (await world.ada.pulls.create({ ...shop.repo, title: "R", head: "required", base: "main" })).data;
    const at = { ...shop.repo, pull_number: pull.number };
    expect(pull.mergeable_state).toBe("blocked");
    expect(await refusal(world.ada.pulls.merge(at))).toEqual({
      status: 405,
      message: 'Required status check "verify" is expected.',
    });
    await app.checks.create({ ...shop.repo, name: "verify", head_sha, conclusion: "success" });
    expect((await world.ada.pulls.merge(at)).data.merged).toBe(true);
    world.forge.admin.setRequiredChecks("ada/checked", "main", []);
    expect(await rules()).toEqual([]);
    const protection = fetch(`${world.forge.apiUrl}/repos/ada/checked/branches/main/protection`, {
      headers: { authorization: `bearer ${world.token}` },
    });
    expect((await protection).status).toBe(404);
    expect((await refusal(octokit(world.forge).checks.create({ ...shop.repo, name: "x", head_sha }))).status).toBe(401);
  });
});
