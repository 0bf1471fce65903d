import { mkdtemp, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startForge } from "../../src/forge/index.ts";
import { expectValidAnswer } from "../support/openapi.ts";
import { startWorld, type World } from "./support.ts";

let world: World;

beforeAll(async () => {
  world = await startWorld();
  await world.forge.admin.createRepository({ owner: "ada", name: "sample" });
});

afterAll(() => world.close());

function ask(method: string, path: string, body?: string): Promise<Response> {
  return fetch(`${world.forge.apiUrl}${path}`, { method, body, headers: { authorization: `token ${world.token}` } });
}

test("a body that is no JSON is 400, one of the wrong shape 422 naming the fields", async () => {
  const path = "/repos/ada/sample/git/refs";
  const broken = await ask("POST", path, "{");
  expect(broken.status).toBe(400);
  expect(await broken.json()).toMatchObject({ message: "Problems parsing JSON" });
  const wrong = await ask("POST", path, JSON.stringify({ ref: 5 }));
  const body: unknown = await wrong.json();
  expect(wrong.status).toBe(422);
  expect(body).toMatchObject({ errors: [{ field: "ref", code: "invalid" }, { field: "sha" }], status: "422" });
  expectValidAnswer({ method: "POST", path, status: 422, body });
});

test("a body beyond 40 MiB is 413 and costs no more than that", async () => {
  const answer = await ask("POST", "/repos/ada/sample/git/blobs", "x".repeat(41 * 1024 * 1024));
  expect(answer.status).toBe(413);
});

test("an unknown route is 404 with a documentation address, and one line in the log", async () => {
  world.log.length = 0;
  const answer = await ask("GET", "/repos/ada/sample/unheard-of?a=1");
  expect(answer.status).toBe(404);
  expect(await answer.json()).toMatchObject({
    message: "Not Found",
    documentation_url: expect.stringContaining("http"),
  });
  expect(world.log).toEqual(["forge: no route for GET /api/v3/repos/ada/sample/unheard-of"]);
});

test("requests are counted by route template, whoever and whatever is asked", async () => {
  const count = () => world.forge.requests().find((row) => row.route === "GET /repos/{owner}/{repo}")?.count ?? 0;
  const before = count();
  await ask("GET", "/repos/ada/sample");
  await ask("GET", "/repos/ada/absent");
  expect(count()).toBe(before + 2);
});

test("a second forge on a taken port says so in one line", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const data = await mkdtemp(join(tmpdir(), "forge-"));
  await expect(startForge({ data, port })).rejects.toThrow(`port ${port} is in use`);
  await rm(data, { recursive: true });
  await new Promise((resolve) => server.close(resolve));
});

test("a second forge on the same folder is refused until the first has stopped", async () => {
  const data = await mkdtemp(join(tmpdir(), "forge-"));
  const first = await startForge({ data });
  await expect(startForge({ data })).rejects.toThrow(`another forge is running on ${data}`);
  await first.stop();
  await (await startForge({ data })).stop();
  await rm(data, { recursive: true });
});

test("a forge stops while requests and deliveries are under way", async () => {
  const other = await startWorld();
  other.receiver.hold = true;
  await other.ada.repos.createForAuthenticatedUser({ name: "sample", auto_init: true });
  const pending = Array.from({ length: 20 }, () =>
    fetch(`${other.forge.apiUrl}/repos/ada/sample/commits`).catch(() => undefined),
  );
  await other.close();
  await Promise.all(pending);
});
