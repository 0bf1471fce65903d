import { afterAll, beforeAll, expect, it } from "vitest";
import { unpushedNotice } from "../../../src/cli/up/unpushed.ts";
import { commit, seed, startWorld, type World } from "../../forge/support.ts";

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

it("up says that commits of the local branch are not on the forge, and how they get there", async () => {
  const folder = await seed();
  const { forge } = world;
  await forge.admin.importRepository({ owner: "ada", name: "sample", from: folder, branch: "main" });
  const ready = {
    apiUrl: `${forge.url}/api/v3`,
    gitUrl: forge.url,
    owner: "ada",
    repo: "sample",
    token: forge.admin.createToken("ada"),
  };
  const notice = () => unpushedNotice(ready, { folder, branch: "main" }, "/data");
  expect(await notice()).toBeUndefined();
  await commit(folder, { "MORE.md": "More\n" }, "More");
  expect(await notice()).toBe(
    `Your main has commits that are not seen here until you push them: git push ${forge.url}/ada/sample.git main (user ada, password: token in /data/client.json)`,
  );
  const nobody = { ...ready, apiUrl: "http://127.0.0.1:9" };
  expect(await unpushedNotice(nobody, { folder, branch: "main" }, "/data")).toBeUndefined();
});
