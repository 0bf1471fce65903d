import { mkdtemp, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { coppice, removeFolder } from "../support/up-process.ts";

const folders: string[] = [];
afterAll(() => Promise.all(folders.map(removeFolder)));

describe("coppice demo", { timeout: 240_000 }, () => {
  it("takes the sample from an issue to merged pull requests, says it is a rehearsal, and leaves nothing behind", async () => {
    const home = await mkdtemp(join(tmpdir(), "coppice-demo-home-"));
    folders.push(home);
    const answer = await coppice(["demo", "--exit"], { folder: home, environment: { TMPDIR: home } });
    const said = String(answer.stdout);
    expect(said).toContain("This is a rehearsal.");
    expect(said).toMatch(/7 of 7 tasks done, at most [23] at once/);
    expect(said).toContain("7 of 7 pull requests merged");
    expect(said).toContain("24 passed, 0 failed (before: 3 passed)");
    expect(answer.stderr).toBe("");
    expect(answer.exitCode).toBe(0);
    expect((await readdir(home)).filter((name) => name.startsWith("coppice-demo-"))).toEqual([]);
  });
});
