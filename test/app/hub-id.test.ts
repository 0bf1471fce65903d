import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readHubId } from "../../src/app/hub-id.ts";

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "coppice-hub-id-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test("a hub has the same name as long as its data folder is there, and another one with another folder", async () => {
  const folder = join(await temporaryFolder(), "not", "there", "yet");
  const name = await readHubId(folder);
  expect(name).toMatch(/^[0-9a-f-]{36}$/);
  expect(await readHubId(folder)).toBe(name);
  expect(await readHubId(await temporaryFolder())).not.toBe(name);
  expect(await readdir(folder)).toEqual(["hub-id"]);
});

test("a name that was torn or spoiled is made anew", async () => {
  const folder = await temporaryFolder();
  for (const spoiled of ["", "3f2a", "x".repeat(36)]) {
    await writeFile(join(folder, "hub-id"), spoiled);
    const name = await readHubId(folder);
    expect(name).toMatch(/^[0-9a-f-]{36}$/);
    expect(await readHubId(folder)).toBe(name);
  }
});
