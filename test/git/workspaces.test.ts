import { chmod, mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createWorkspaces } from "../../src/git/workspaces.ts";
import type { Workspace, WorkspaceRequest } from "../../src/ports/workspaces.ts";
import type { Origin } from "./origin.ts";
import { git, makeFolder, makeMirror, makeOrigin, quiet, writeFiles } from "./origin.ts";
import { systemClock } from "./system-clock.ts";

const author = { name: "bot", email: "bot@example.com" };
const limits = { files: 100, bytes: 1_000_000 };

let folder: { path: string; remove(): Promise<void> };
let origin: Origin;

beforeEach(async () => {
  folder = await makeFolder();
  origin = await makeOrigin(folder.path, {
    "README.md": "hello\n",
    "src/a.txt": "a\n",
    "src/b.txt": "b\n",
    "run.sh": "#!/bin/sh\n",
    ".gitignore": "build/\n",
  });
});
afterEach(() => folder.remove());

async function answer(change: Partial<WorkspaceRequest> = {}) {
  const mirror = await makeMirror(folder.path, "one", origin.url);
  const workspaces = createWorkspaces({ mirror, folder: join(folder.path, "runs"), clock: systemClock, log: quiet });
  const request = { run: "run", defaultBranch: "main", branch: "coppice/12", startOver: false, files: [], author };
  return workspaces.open({ ...request, ...change }, new AbortController().signal);
}

async function open(change: Partial<WorkspaceRequest> = {}): Promise<Workspace> {
  const opened = await answer(change);
  if (opened.kind !== "ready") throw new Error(opened.kind);
  return opened.workspace;
}

/** What changed, as `<change> <mode> <path>` lines. */
async function changesOf(workspace: Workspace) {
  const changes = await workspace.changes(limits);
  if (changes.kind !== "changed") return changes.kind;
  return changes.files.map(({ change, newMode, path }) => `${change} ${newMode} ${path}`);
}

describe("a workspace", () => {
  it("holds the default branch's files, the task's, and a repository that is clean and the agent's own", async () => {
    const workspace = await open({ files: [{ path: "context/T1/result.md", text: "earlier" }] });
    const { worktree } = workspace.folders;
    expect(await readFile(join(worktree, "src/a.txt"), "utf8")).toBe("a\n");
    expect(await readFile(join(worktree, ".coppice/context/T1/result.md"), "utf8")).toBe("earlier");
    expect(await git(worktree, "status", "--porcelain")).toBe("");
    expect(await git(worktree, "for-each-ref", "--format=%(refname)")).toBe("refs/heads/coppice/12");
    expect(await git(worktree, "remote")).toBe("");
    expect(await changesOf(workspace)).toBe("unchanged");
  });

  it("sees every kind of change, and what is ignored or under .coppice is none", async () => {
    const workspace = await open();
    const { worktree } = workspace.folders;
    await writeFiles(worktree, {
      "src/a.txt": "A\n",
      "new/deep.txt": "n\n",
      "build/out.o": "o",
      ".coppice/task.md": "x",
    });
    await writeFiles(worktree, { ".gitignore": "build/\n!.coppice\n!.coppice/**\n", ".Coppice/out/x": "x" });
    await rm(join(worktree, "src/b.txt"));
    await chmod(join(worktree, "run.sh"), 0o755);
    await symlink("src/a.txt", join(worktree, "link"));
    expect(await changesOf(workspace)).toEqual([
      "modified 100644 .gitignore",
      "added 120000 link",
      "added 100644 new/deep.txt",
      "modified 100755 run.sh",
      "modified 100644 src/a.txt",
      "deleted 000000 src/b.txt",
    ]);
  });

  it("sees a folder become a link or a file, and a file a folder, without following anything", async () => {
    const workspace = await open();
    const { worktree } = workspace.folders;
    const outside = join(folder.path, "outside");
    await writeFiles(outside, { "a.txt": "a\n", "b.txt": "not ours\n" });
    await rm(join(worktree, "src"), { recursive: true });
    await symlink(outside, join(worktree, "src"));
    await rm(join(worktree, "run.sh"));
    await writeFiles(worktree, { "run.sh/inside.txt": "i\n" });
    expect(await changesOf(workspace)).toEqual([
      "deleted 000000 run.sh",
      "added 100644 run.sh/inside.txt",
      "added 120000 src",
      "deleted 000000 src/a.txt",
      "deleted 000000 src/b.txt",
    ]);
  });

  it("takes what is there after setup for nobody's change", async () => {
    const workspace = await open();
    const { worktree } = workspace.folders;
    await writeFiles(worktree, { "deps/x[1]*.txt": "x", "odd name #!.txt": "y", "src/a.txt": "set up\n" });
    await workspace.settle();
    expect(await changesOf(workspace)).toBe("unchanged");
    await writeFiles(worktree, { "mine.txt": "m\n" });
    expect(await changesOf(workspace)).toEqual(["added 100644 mine.txt", "modified 100644 src/a.txt"]);
  });

  it("may change a few files of a repository of many more than may be changed", async () => {
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`many/${index}.txt`, `${index}\n`]));
    await origin.push(many);
    const workspace = await open();
    await writeFiles(workspace.folders.worktree, { "many/7.txt": "seven\n" });
    await rm(join(workspace.folders.worktree, "many/8.txt"));
    expect(await changesOf(workspace)).toEqual(["modified 100644 many/7.txt", "deleted 000000 many/8.txt"]);
  });

  it("does not look at more changed files than are allowed one by one", async () => {
    const workspace = await open();
    await execa("sh", ["-c", "mkdir many && cd many && seq 300 | xargs touch"], { cwd: workspace.folders.worktree });
    expect(await workspace.changes(limits)).toMatchObject({
      kind: "too-large",
      message: expect.stringMatching(/^300 files changed/),
    });
  });

  it("checks out exactly what was committed, away from what the agent left", async () => {
    const workspace = await open();
    await writeFiles(workspace.folders.worktree, { "new.txt": "n\n", "build/leftover": "x" });
    const changes = await workspace.changes(limits);
    if (changes.kind !== "changed") throw new Error(changes.kind);
    const commit = await workspace.commit({ tree: changes.tree, message: "work", author });
    const clean = await workspace.checkout(commit);
    expect(clean.worktree).not.toBe(workspace.folders.worktree);
    expect(await git(clean.worktree, "status", "--porcelain", "--ignored")).toBe("");
    expect(await git(clean.worktree, "rev-parse", "HEAD", "HEAD^")).toBe(`${commit}\n${workspace.base}`);
    expect(await readFile(join(clean.worktree, "new.txt"), "utf8")).toBe("n\n");
  });

  it("is not opened on a branch that is not this task's, nor without a commit", async () => {
    const head = await origin.push({ "x.txt": "x" }, { branch: "coppice/12" });
    expect(await answer()).toEqual({ kind: "branch-taken", name: "coppice/12", head });
    await git(origin.folder, "branch", "-m", "coppice/12", "coppice");
    expect(await answer()).toEqual({ kind: "branch-taken", name: "coppice", head });
    await git(folder.path, "init", "--quiet", "--bare", "empty.git");
    origin = { ...origin, url: `file://${folder.path}/empty.git` };
    await rm(join(folder.path, "one.git"), { recursive: true });
    expect(await answer()).toEqual({ kind: "empty" });
  });

  it("is opened whatever somebody put where an earlier attempt's work is looked for", async () => {
    const ref = "refs/coppice/candidates/12-1";
    const [main, blob] = ["refs/heads/main", await git(origin.folder, "rev-parse", "main:README.md")];
    const tree = await git(origin.folder, "rev-parse", "main^{tree}");
    for (const thing of [(await origin.ref(main)) ?? "", tree, blob]) {
      await git(origin.folder, "update-ref", ref, thing);
      expect((await open({ task: { issue: 12, epoch: 2 } })).earlier).toBeUndefined();
    }
  });

  it("continues a person's push even where it was to start over", async () => {
    const ours = await origin.push({ "x.txt": "x" }, { branch: "coppice/12" });
    const theirs = await origin.push({ "y.txt": "y" }, { branch: "coppice/12" });
    expect((await open({ recordedHead: ours, startOver: true })).base).toBe(theirs);
    const main = await origin.ref("refs/heads/main");
    expect((await open({ recordedHead: theirs, startOver: true })).base).toBe(main);
    expect((await open({ recordedHead: theirs })).base).toBe(theirs);
  });

  it("replaces whatever the repository itself has at .coppice, and refuses a path that leaves it", async () => {
    await origin.push({ ".coppice": { link: folder.path } });
    const workspace = await open({ files: [{ path: "task.md", text: "task" }] });
    expect(await readFile(join(workspace.folders.worktree, ".coppice/task.md"), "utf8")).toBe("task");
    await expect(readFile(join(folder.path, "task.md"), "utf8")).rejects.toThrow(/ENOENT/);
    expect(await changesOf(workspace)).toBe("unchanged");
    await expect(open({ files: [{ path: "../escape.md", text: "x" }] })).rejects.toThrow(/leaves its folder/);
  });

  it("is removed with folders the agent made unwritable", async () => {
    const workspace = await open();
    await mkdir(join(workspace.folders.worktree, "closed/inner"), { recursive: true });
    await chmod(join(workspace.folders.worktree, "closed"), 0o000);
    await workspace.close();
    await expect(readFile(join(workspace.folders.worktree, "README.md"))).rejects.toThrow(/ENOENT/);
  });
});

describe("what an agent leaves in .coppice/out", () => {
  it("is taken when it is small plain text, and named when it is not", async () => {
    const workspace = await open();
    const out = join(workspace.folders.worktree, ".coppice/out");
    await writeFiles(out, { "result.md": "# Done\n", "api.yaml": "a: 1\n", "artifacts/schema.json": "{}\n" });
    await writeFile(join(out, "huge.txt"), "x".repeat(1024 * 1024 + 1));
    await writeFile(join(out, "binary.bin"), Buffer.from([0xff, 0xfe, 0x00]));
    await symlink("/etc/passwd", join(out, "leak.txt"));
    await execa("mkfifo", [join(out, "pipe")]);
    await writeFiles(out, { ".hidden": "x", "odd name": "x", _draft: "x" });
    const results = await workspace.results();
    expect(results.result).toBe("# Done\n");
    expect([...results.artifacts]).toEqual([
      ["api.yaml", "a: 1\n"],
      ["schema.json", "{}\n"],
    ]);
    const named = [".hidden", "_draft", "binary.bin", "huge.txt", "leak.txt", "odd name", "pipe"];
    expect([...results.leftOut].sort()).toEqual(named);
  });

  it("is left out beyond 2 MiB in all, while what still fits is taken", async () => {
    const workspace = await open();
    const mebibyte = "x".repeat(1024 * 1024);
    const files = { "a.txt": mebibyte, "b.txt": mebibyte.slice(9), "c.txt": "ten  bytes", "d.txt": "d" };
    await writeFiles(join(workspace.folders.worktree, ".coppice/out"), files);
    const { artifacts: taken, leftOut } = await workspace.results();
    expect([...taken.keys()]).toEqual(["a.txt", "b.txt", "d.txt"]);
    expect(leftOut).toEqual(["c.txt"]);
  });

  it("is nothing when the folder is a link to somewhere else", async () => {
    const workspace = await open();
    await writeFiles(join(folder.path, "elsewhere"), { "result.md": "canary", "secret.txt": "canary" });
    await rm(join(workspace.folders.worktree, ".coppice/out"), { recursive: true });
    await symlink(join(folder.path, "elsewhere"), join(workspace.folders.worktree, ".coppice/out"));
    expect(await workspace.results()).toEqual({ artifacts: new Map(), leftOut: [] });
  });
});
