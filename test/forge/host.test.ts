import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isLoopback } from "../../src/forge/http/host.ts";
import { seed, startWorld, type World } from "./support.ts";

let world: World;

beforeAll(async () => {
  world = await startWorld();
  await world.forge.admin.importRepository({ owner: "ada", name: "sample", from: await seed(), branch: "main" });
});
afterAll(() => world.close());

function statusAs(host: string, path: string): Promise<number | undefined> {
  const { hostname, port } = new URL(world.forge.url);
  return new Promise((resolve, reject) => {
    const asking = request({ host: hostname, port, path, headers: { host: `${host}:${port}` } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    asking.once("error", reject).end();
  });
}

describe("a forge on loopback", () => {
  const paths = ["/ada/sample", "/api/v3/repos/ada/sample", "/ada/sample.git/info/refs?service=git-upload-pack"];

  it.each(paths)(
    "does not answer %s under a name of another site, which may have been made to resolve here",
    async (path) => {
      expect(await statusAs("rebound.example", path)).toBe(421);
      expect(await statusAs("localhost.rebound.example", path)).toBe(421);
    },
  );

  it.each(paths)("answers %s under loopback names", async (path) => {
    for (const name of ["localhost", "127.0.0.1", "[::1]"]) expect(await statusAs(name, path)).toBe(200);
  });

  it("knows the address it listens on for loopback or not", () => {
    expect(["127.0.0.1", "::1", "localhost", undefined].every(isLoopback)).toBe(true);
    expect(["0.0.0.0", "::", "127.0.0.1.example", "example:80", ""].some(isLoopback)).toBe(false);
  });
});
