import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { removeFolder } from "../../src/git/remove-folder.ts";
import { clearAway } from "../../src/worker/clear-away.ts";
import { makeFolder, quiet, writeFiles } from "../git/origin.ts";

let folder: { path: string; remove(): Promise<void> };

beforeEach(async () => {
  folder = await makeFolder();
});
afterEach(async () => {
  execFileSync("rm", ["-rf", folder.path]);
});

const at = () => ({ dataFolder: folder.path, scope: "no-such-scope" });

/** Folders in folders whose whole path is longer than any system call takes. */
function makeDeep(where: string): void {
  const loop = 'name=$(printf "%0200d" 0); for turn in $(seq 30); do mkdir $name && cd $name; done';
  execFileSync("bash", ["-c", loop], { cwd: where, stdio: "ignore" });
}

it("A folder that an agent made deeper than a path can name is removed all the same", async () => {
  await writeFiles(folder.path, { "deep/file": "" });
  makeDeep(join(folder.path, "deep"));
  await removeFolder(join(folder.path, "deep"));
  expect(existsSync(join(folder.path, "deep"))).toBe(false);
});

/** Where a run's agent works. */
const workOf = (run: string) => join("runs", run, "work");

it("Worktrees of a worker that was killed are kept for a person, whatever is in them; what else its runs had is removed", async () => {
  await writeFiles(folder.path, {
    [join(workOf("run-1"), "worktree", "half-done.txt")]: "half",
    [join(workOf("run-1"), "home", "cache")]: "",
    "runs/run-1/verify/worktree/copy": "",
    [join(workOf("run-2"), "temp", "file")]: "",
  });
  makeDeep(join(folder.path, workOf("run-1"), "worktree"));
  makeDeep(join(folder.path, workOf("run-1"), "home"));
  const left: unknown[] = [];
  const log = { ...quiet, warn: (facts: object) => left.push(facts) };
  await clearAway({ ...at(), log, hasRoom: true });
  const place = join(folder.path, "runs-left/run-1");
  expect(left).toEqual([{ folder: place }]);
  expect(await readdir(join(folder.path, "runs"))).toEqual([]);
  expect(await readdir(place)).toEqual(["work"]);
  expect(await readdir(join(place, "work"))).toEqual(["worktree"]);
  expect(await readFile(join(place, "work", "worktree", "half-done.txt"), "utf8")).toBe("half");
});

it("Where the disk is full nothing of a worker that was killed is kept: it may be why", async () => {
  await writeFiles(folder.path, { [join(workOf("run-1"), "worktree", "huge")]: "" });
  await clearAway({ ...at(), log: quiet, hasRoom: false });
  expect(await readdir(folder.path)).toEqual(["runs"]);
  expect(await readdir(join(folder.path, "runs"))).toEqual([]);
});
