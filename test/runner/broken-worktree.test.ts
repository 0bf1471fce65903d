import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Origin } from "../git/origin.ts";
import { git, makeFolder, makeOrigin } from "../git/origin.ts";
import { makeBench, makeOffer } from "./bench.ts";

let folder: { path: string; remove(): Promise<void> };
let origin: Origin;

beforeEach(async () => {
  folder = await makeFolder();
  origin = await makeOrigin(folder.path, { "README.md": "hello\n", "check.sh": "test -f greeting.txt\n" });
});
afterEach(() => folder.remove());

const files = () => git(origin.folder, "ls-tree", "-r", "--name-only", "refs/heads/coppice/12-task");

describe("a worktree whose .git an agent", () => {
  it.each([
    ["gave a truncated index", "head -c 10 .git/index > i; mv i .git/index"],
    ["gave a HEAD of garbage", "printf '\\0garbage' > .git/HEAD"],
    ["left locked", "touch .git/index.lock .git/HEAD.lock .git/refs/heads/x.lock"],
    ["gave an empty object", "mkdir -p .git/objects/ab; : > .git/objects/ab/$(printf '%038d' 0)"],
    [
      "swapped for another repository",
      "rm -rf .git; git init -q; git -c user.name=a -c user.email=a commit -q --allow-empty -m a",
    ],
    ["swapped for a file", "rm -rf .git; echo 'gitdir: /etc' > .git"],
    ["swapped for a link", "rm -rf .git; ln -s /etc .git"],
    ["removed", "rm -rf .git"],
  ])("%s is read, verified and published as if nothing had been", async (_, line) => {
    const bench = await makeBench(folder.path, origin, `echo hi > greeting.txt; ${line}`);
    const outcome = await bench.run(makeOffer({ verify: ["sh check.sh"] }));
    expect(outcome).toMatchObject({ kind: "published", verification: { kind: "passed" } });
    expect(await files()).toBe("README.md\ncheck.sh\ngreeting.txt");
  });

  it("of an earlier life left broken is made anew", async () => {
    const bench = await makeBench(
      folder.path,
      origin,
      "test ! -e leftover && git status --short && echo hi > greeting.txt",
    );
    const left = join(folder.path, "one-runs/run-1");
    await mkdir(join(left, "work/worktree"), { recursive: true });
    await symlink("/etc", join(left, "work/worktree/.git"));
    await writeFile(join(left, "work/worktree/leftover"), "");
    await writeFile(join(left, "work/index"), "garbage");
    await writeFile(join(left, "work/index.lock"), "");
    expect((await bench.run(makeOffer())).kind).toBe("published");
  });

  it("was never made, with a file in its place, is made anew as well", async () => {
    const bench = await makeBench(folder.path, origin, "echo hi > greeting.txt");
    await mkdir(join(folder.path, "one-runs"), { recursive: true });
    await writeFile(join(folder.path, "one-runs/run-1"), "no folder");
    expect((await bench.run(makeOffer())).kind).toBe("published");
  });
});
