import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startForge } from "../../src/forge/index.ts";

test("a started forge answers /meta, finds users and refuses unknown routes", async () => {
  const data = await mkdtemp(join(tmpdir(), "forge-"));
  const lines: string[] = [];
  const forge = await startForge({ data, log: (line) => lines.push(line) });
  try {
    forge.admin.ensureUser({ login: "ada" });
    expect((await fetch(`${forge.apiUrl}/meta`)).status).toBe(200);
    const user = await fetch(`${forge.apiUrl}/users/ADA`);
    expect(await user.json()).toMatchObject({ login: "ada", type: "User" });
    const unknown = await fetch(`${forge.apiUrl}/nothing`);
    expect(unknown.status).toBe(404);
    expect(await unknown.json()).toMatchObject({ message: "Not Found", documentation_url: expect.any(String) });
    expect(lines).toEqual(["forge: no route for GET /api/v3/nothing"]);
    expect(forge.requests()).toContainEqual({ route: "GET /meta", count: 1, creations: 0 });
  } finally {
    await forge.stop();
    await rm(data, { recursive: true });
  }
});
