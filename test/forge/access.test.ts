import { generateKeyPairSync } from "node:crypto";
import githubAppJwt from "universal-github-app-jwt";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { appToken, installed, octokit, refusal, startWorld, type World } from "./support.ts";

let world: World;
const sample = { owner: "ada", repo: "sample" };

beforeAll(async () => {
  world = await startWorld({ contents: "write", issues: "read" });
  await world.forge.admin.createRepository({ owner: "ada", name: "sample" });
  await world.forge.admin.createRepository({ owner: "ada", name: "hidden", private: true });
  world.forge.admin.ensureUser({ login: "grace" });
  world.forge.admin.ensureUser({ login: "eve" });
});

afterAll(() => world.close());

const jwt = async () => octokit(world.forge, await appToken(world.app));

describe("an app", () => {
  test("proves itself by JWT and finds its installations", async () => {
    const client = await jwt();
    const app = await client.apps.getAuthenticated();
    expect(app.data).toMatchObject({ id: world.app.id, slug: "coppice", events: expect.arrayContaining(["push"]) });
    // Asked for without validation: the description's account of this list is a user and an enterprise in one.
    const headers = { authorization: `bearer ${await appToken(world.app)}` };
    const installations = await fetch(`${world.forge.apiUrl}/app/installations`, { headers });
    expect(await installations.json()).toMatchObject([{ id: world.installationId, account: { login: "ada" } }]);
    const found = await client.apps.getRepoInstallation(sample);
    expect(found.data.id).toBe(world.installationId);
    expect((await client.apps.getBySlug({ app_slug: "coppice" })).data?.id).toBe(world.app.id);
    const bot = await client.users.getByUsername({ username: "coppice[bot]" });
    expect(bot.data).toMatchObject({ login: "coppice[bot]", type: "Bot" });
  });

  test("signed by another key, expired, or valid for too long is refused", async () => {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const forged = privateKey.export({ type: "pkcs1", format: "pem" }).toString();
    const now = Math.floor(Date.now() / 1000);
    const tokens = [
      await githubAppJwt({ id: world.app.id, privateKey: forged }),
      await githubAppJwt({ id: world.app.id, privateKey: world.app.privateKey, now: now - 3600 }),
      await githubAppJwt({ id: world.app.id, privateKey: world.app.privateKey, now: now + 3600 }),
    ];
    for (const { token } of tokens) {
      expect((await refusal(octokit(world.forge, token).apps.getAuthenticated())).status).toBe(401);
    }
  });

  test("without a token for its installation may not touch a repository", async () => {
    const client = await jwt();
    expect((await refusal(client.git.listMatchingRefs({ ...sample, ref: "heads/" }))).status).toBe(403);
  });
});

describe("an installation token", () => {
  test("carries what was granted, for one hour, and is kept only as a hash", async () => {
    const client = await jwt();
    const { data } = await client.apps.createInstallationAccessToken({ installation_id: world.installationId });
    expect(data.permissions).toEqual({ contents: "write", issues: "read", metadata: "read" });
    expect(data.repository_selection).toBe("all");
    const life = Date.parse(data.expires_at) - Date.now();
    expect(life).toBeGreaterThan(3_500_000);
    expect(life).toBeLessThanOrEqual(3_600_000);
    const reachable = await octokit(world.forge, data.token).apps.listReposAccessibleToInstallation();
    expect(reachable.data.repositories.map((row) => row.name).sort()).toEqual(["hidden", "sample"]);
  });

  test("narrowed to fewer permissions cannot do what the installation could", async () => {
    const whole = await installed(world);
    await whole.octokit.repos.createOrUpdateFileContents({ ...sample, path: "a", message: "a", content: "YQ==" });
    const narrow = await installed(world, { permissions: { contents: "read" } });
    await narrow.octokit.repos.getContent({ ...sample, path: "a" });
    const write = { ...sample, path: "b", message: "b", content: "YQ==" };
    expect(await refusal(narrow.octokit.repos.createOrUpdateFileContents(write))).toEqual({
      status: 403,
      message: "Resource not accessible by integration",
    });
  });

  test("narrowed to one repository cannot see another", async () => {
    const narrow = await installed(world, { repositories: ["sample"] });
    expect((await narrow.octokit.repos.get(sample)).data.full_name).toBe("ada/sample");
    expect((await refusal(narrow.octokit.repos.get({ owner: "ada", repo: "hidden" }))).status).toBe(404);
    const listed = await narrow.octokit.apps.listReposAccessibleToInstallation();
    expect(listed.data.repositories.map((row) => row.name)).toEqual(["sample"]);
  });

  test("cannot be had for more than was granted, or for repositories out of reach", async () => {
    expect((await refusal(installed(world, { permissions: { issues: "write" } }))).status).toBe(422);
    expect((await refusal(installed(world, { permissions: { actions: "read" } }))).status).toBe(422);
    expect((await refusal(installed(world, { repositories: ["elsewhere"] }))).status).toBe(422);
  });

  test("is not a person", async () => {
    const { octokit: client } = await installed(world);
    expect((await refusal(client.users.getAuthenticated())).status).toBe(403);
    expect((await refusal(client.repos.createForAuthenticatedUser({ name: "x" }))).status).toBe(403);
  });
});

describe("a person", () => {
  const as = (login: string) => octokit(world.forge, world.forge.admin.createToken(login));

  test("is who the token says, and a wrong token is nobody", async () => {
    expect((await world.ada.users.getAuthenticated()).data.login).toBe("ada");
    const wrong = await refusal(octokit(world.forge, "ghp_wrong").users.getAuthenticated());
    expect(wrong).toEqual({ status: 401, message: "Bad credentials" });
    expect((await refusal(octokit(world.forge).users.getAuthenticated())).status).toBe(401);
  });

  test("has the role that was given, told with GitHub's two fields", async () => {
    const rows = [
      ["triage", "read", "triage"],
      ["maintain", "write", "maintain"],
      ["write", "write", "write"],
    ] as const;
    for (const [role, permission, name] of rows) {
      world.forge.admin.setPermission("ada/hidden", "grace", role);
      const target = { owner: "ada", repo: "hidden", username: "grace" };
      const { data } = await world.ada.repos.getCollaboratorPermissionLevel(target);
      expect(data).toMatchObject({ permission, role_name: name });
    }
    const owner = await world.ada.repos.getCollaboratorPermissionLevel({ ...sample, username: "ada" });
    expect(owner.data).toMatchObject({ permission: "admin", role_name: "admin" });
    const stranger = { owner: "ada", repo: "hidden", username: "eve" };
    expect((await world.ada.repos.getCollaboratorPermissionLevel(stranger)).data.permission).toBe("none");
    const nobody = world.ada.repos.getCollaboratorPermissionLevel({ ...sample, username: "nobody" });
    expect((await refusal(nobody)).status).toBe(404);
  });

  test("without a role sees no private repository and may not write to a public one", async () => {
    const eve = as("eve");
    expect((await refusal(eve.repos.get({ owner: "ada", repo: "hidden" }))).status).toBe(404);
    const write = { ...sample, path: "c", message: "c", content: "YQ==" };
    expect((await refusal(eve.repos.createOrUpdateFileContents(write))).status).toBe(403);
    await world.ada.repos.addCollaborator({ ...sample, username: "eve", permission: "push" });
    expect((await eve.repos.createOrUpdateFileContents(write)).status).toBe(201);
    await world.ada.repos.removeCollaborator({ ...sample, username: "eve" });
    expect((await refusal(eve.repos.createOrUpdateFileContents({ ...write, path: "d" }))).status).toBe(403);
  });

  test("makes repositories of their own, once each, with names that are names", async () => {
    const grace = as("grace");
    const { data } = await grace.repos.createForAuthenticatedUser({ name: "mine", private: true, auto_init: true });
    expect(data).toMatchObject({ full_name: "grace/mine", private: true, default_branch: "main" });
    expect((await grace.repos.getReadme({ owner: "grace", repo: "mine" })).data.name).toBe("README.md");
    for (const name of ["mine", "../escape", "a/b", "..", "x.git", ""]) {
      expect((await refusal(grace.repos.createForAuthenticatedUser({ name }))).status).toBe(422);
    }
    const own = await grace.repos.listForAuthenticatedUser();
    expect(own.data.map((row) => row.full_name).sort()).toEqual(["ada/hidden", "grace/mine"]);
  });

  test("who administers a repository may change it", async () => {
    const changed = await world.ada.repos.update({ ...sample, description: "A sample", delete_branch_on_merge: true });
    expect(changed.data).toMatchObject({ description: "A sample", delete_branch_on_merge: true });
    expect((await refusal(world.ada.repos.update({ ...sample, default_branch: "absent" }))).status).toBe(422);
  });
});

test("every answer tells the caller's budget, and rate_limit costs nothing", async () => {
  world.forge.admin.setFaults({ limits: "github" });
  const first = await world.ada.rateLimit.get();
  const second = await world.ada.rateLimit.get();
  expect(second.data.rate.used).toBe(first.data.rate.used);
  const { headers } = await world.ada.users.getAuthenticated();
  expect(headers["x-ratelimit-limit"]).toBe("5000");
  expect(Number(headers["x-ratelimit-remaining"])).toBe(5000 - Number(headers["x-ratelimit-used"]));
  expect(headers["x-github-request-id"]).toBeTruthy();
  world.forge.admin.setFaults(undefined);
});

test("without limits nothing is said of them, as on a GitHub server without limits", async () => {
  expect(await refusal(world.ada.rateLimit.get())).toEqual({ status: 404, message: "Rate limiting is not enabled." });
  const { headers } = await world.ada.users.getAuthenticated();
  expect(Object.keys(headers).filter((name) => name.startsWith("x-ratelimit"))).toEqual([]);
});
