import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { installed, octokit, refusal, startWorld, type World } from "./support.ts";

let world: World;
const sample = { owner: "ada", repo: "sample" };

beforeAll(async () => {
  world = await startWorld({ contents: "write", issues: "write" });
  await world.ada.repos.createForAuthenticatedUser({ name: "sample", auto_init: true });
  world.forge.admin.ensureUser({ login: "grace" });
  world.forge.admin.setPermission("ada/sample", "grace", "maintain");
});

afterAll(() => world.close());

describe("a suspended account", () => {
  test("can do nothing and may do nothing, until it is let in again", async () => {
    const { admin } = world.forge;
    const grace = octokit(world.forge, admin.createToken("grace"));
    const permission = async () => {
      const { data } = await world.ada.repos.getCollaboratorPermissionLevel({ ...sample, username: "grace" });
      return { permission: data.permission, role: data.role_name };
    };
    expect(await permission()).toEqual({ permission: "write", role: "maintain" });
    admin.suspend("grace");
    expect(await permission()).toEqual({ permission: "none", role: "none" });
    expect(await refusal(grace.issues.create({ ...sample, title: "T" }))).toMatchObject({ status: 403 });
    admin.suspend("grace", false);
    expect(await permission()).toEqual({ permission: "write", role: "maintain" });
    await grace.issues.create({ ...sample, title: "T" });
  });
});

describe("signatures", () => {
  const write = (client: World["ada"], path: string, more: object = {}) =>
    client.repos.createOrUpdateFileContents({ ...sample, path, message: path, content: "eA==", ...more });
  const verification = async (sha: string | undefined) =>
    (await world.ada.repos.getCommit({ ...sample, ref: sha ?? "" })).data.commit.verification;

  test("an app's commits are signed, unless it names somebody; people's are not", async () => {
    const { octokit: app } = await installed(world);
    const signed = await write(app, "a");
    expect(await verification(signed.data.commit.sha)).toMatchObject({ verified: true, reason: "valid" });
    const named = await write(app, "b", { author: { name: "Mallory", email: "m@example.test" } });
    expect(await verification(named.data.commit.sha)).toMatchObject({ verified: false, reason: "unsigned" });
    const person = await write(world.ada, "c");
    expect(await verification(person.data.commit.sha)).toMatchObject({ verified: false, reason: "unsigned" });
  });
});
