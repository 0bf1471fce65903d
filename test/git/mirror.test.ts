import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createCode } from "../../src/git/code.ts";
import { policyReader } from "../../src/reconciler/policy.ts";
import type { Origin } from "./origin.ts";
import { git, makeFolder, makeMirror, makeOrigin } from "./origin.ts";

let folder: { path: string; remove(): Promise<void> };
let origin: Origin;

beforeEach(async () => {
  folder = await makeFolder();
  origin = await makeOrigin(folder.path, { "README.md": "hällo\n", "src/a.txt": "a\n", binary: "\0\0" });
});
afterEach(() => folder.remove());

describe("the default branch's files", () => {
  it("are listed and read at a commit, cut where asked, and binary or absent ones are not there", async () => {
    const code = createCode({ mirror: await makeMirror(folder.path, "one", origin.url), defaultBranch: "main" });
    const head = (await code.refresh()) ?? "";
    expect(await code.files(head, 10)).toEqual(["README.md", "binary", "src/a.txt"]);
    expect(await code.files(head, 2)).toHaveLength(2);
    expect(await code.read(head, "README.md", 100)).toBe("hällo\n");
    expect(await code.read(head, "README.md", 1)).toBe("h");
    expect(await code.read(head, "binary", 100)).toBeUndefined();
    expect(await code.read(head, "src", 100)).toBeUndefined();
    expect(await code.read(head, "../outside", 100)).toBeUndefined();
  });

  it("hold a configuration that is no UTF-8 as what it is: there, and not to be understood", async () => {
    for (const encoded of [
      Buffer.from("\ufeffverify: npm test\n", "utf16le"),
      Buffer.from("verify: npm test\n", "utf16le"),
    ]) {
      await origin.push({ ".github/coppice.yml": encoded });
      const code = createCode({ mirror: await makeMirror(folder.path, "one", origin.url), defaultBranch: "main" });
      expect((await policyReader(code, {})()).hold).toMatch(/coppice.yml:1: not UTF-8/);
    }
  });

  it("are not said to be absent when git cannot look", async () => {
    const mirror = await makeMirror(folder.path, "one", origin.url);
    const code = createCode({ mirror, defaultBranch: "main" });
    const head = (await code.refresh()) ?? "";
    await rename(join(mirror.folder, "objects"), join(mirror.folder, "away"));
    await rename(origin.folder, `${origin.folder}.away`);
    await expect(code.read(head, "README.md", 100)).rejects.toMatchObject({ code: "git-failed" });
    // Killed, it has said nothing, whichever exit codes are answers.
    const killed = mirror.git(["-c", "alias.wait=!sleep 60", "wait"], { accept: "any", timeoutMilliseconds: 100 });
    await expect(killed).rejects.toMatchObject({ code: "git-failed" });
  });

  it("are undefined for a repository without commits, and follow the branch wherever it is moved", async () => {
    await git(folder.path, "init", "--quiet", "--bare", "empty.git");
    const empty = await makeMirror(folder.path, "empty-mirror", `file://${folder.path}/empty.git`);
    expect(await createCode({ mirror: empty, defaultBranch: "main" }).refresh()).toBeUndefined();
    const code = createCode({ mirror: await makeMirror(folder.path, "one", origin.url), defaultBranch: "main" });
    const first = await code.refresh();
    const second = await origin.push({ "b.txt": "b\n" });
    expect(await code.refresh()).toBe(second);
    await git(origin.folder, "update-ref", "refs/heads/main", first ?? "");
    expect(await code.refresh()).toBe(first);
  });
});

describe("a mirror", () => {
  it("fetches once for all who ask at the same time", async () => {
    const mirror = await makeMirror(folder.path, "one", origin.url);
    expect(mirror.branch("main")).toBe(mirror.branch("main"));
    await mirror.branch("main");
  });

  it("works on after a git that was killed left its locks", async () => {
    await (await makeMirror(folder.path, "one", origin.url)).branch("main");
    const locks = ["packed-refs.lock", "HEAD.lock", "config.lock", "refs/heads/main.lock"];
    for (const lock of locks) await writeFile(join(folder.path, "one.git", lock), "");
    const head = await origin.push({ "b.txt": "b\n" });
    expect(await (await makeMirror(folder.path, "one", origin.url)).branch("main")).toBe(head);
  });

  it("uses no protocol but those it was given, and shows no credentials in errors", async () => {
    const mirror = await makeMirror(folder.path, "one", "ssh://user:hunter2hunter2@host.invalid/x.git");
    const error = await mirror.branch("main").catch((reason: unknown) => reason);
    expect(String(error)).toMatch(/transport 'ssh' not allowed/);
    const http = await makeMirror(folder.path, "two", "http://user:hunter2hunter2@127.0.0.1:9/x.git");
    const other = await http.branch("main").catch((reason: unknown) => reason);
    expect(other).toMatchObject({ code: "git-failed" });
    expect(String(other)).not.toContain("hunter2");
  });

  it("is given up when the signal says so", async () => {
    const mirror = await makeMirror(folder.path, "one", origin.url);
    await expect(mirror.fetch(["+refs/heads/*:refs/heads/*"], AbortSignal.abort("enough"))).rejects.toBe("enough");
  });
});

it("A git that hears nothing from its remote ends itself, should nobody be left to end it", async () => {
  const mirror = await makeMirror(folder.path, "one", origin.url);
  const { stdout } = await mirror.git(["config", "--get-regexp", "^http\\.lowspeed"]);
  expect(stdout.toString()).toBe("http.lowspeedlimit 1\nhttp.lowspeedtime 300\n");
});
