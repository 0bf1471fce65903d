import { chmod, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createLeases } from "../../src/git/leases.ts";
import { createWorkspaces } from "../../src/git/workspaces.ts";
import type { Leases } from "../../src/ports/leases.ts";
import type { Workspace, Workspaces } from "../../src/ports/workspaces.ts";
import { git, makeFolder, makeLease, makeMirror, makeOrigin, quiet, writeFiles } from "./origin.ts";
import { systemClock } from "./system-clock.ts";

const author = { name: "bot", email: "bot@example.com" };

let folder: { path: string; remove(): Promise<void> };
let script: string;
let marks: string;
let workspaces: Workspaces;
let leases: Leases;
/** Of each trick's task. */
let issue = 100;

beforeAll(async () => {
  folder = await makeFolder();
  marks = join(folder.path, "marks");
  script = join(folder.path, "planted.sh");
  await writeFile(script, `#!/bin/sh\ntouch ${marks}/ran-$$\ncat >/dev/null 2>&1 </dev/null\nexit 0\n`);
  await chmod(script, 0o755);
  const origin = await makeOrigin(folder.path, { "README.md": "hello\n", "src/main.txt": "main\n" });
  // A submodule in the base: the place where git would start another git.
  const inside = (await origin.ref("refs/heads/main")) ?? "";
  await origin.push({ module: { submodule: inside } });
  const parts = { clock: systemClock, log: quiet };
  const mirror = await makeMirror(folder.path, "one", origin.url);
  workspaces = createWorkspaces({ ...parts, mirror, folder: join(folder.path, "runs") });
  const other = await makeMirror(folder.path, "two", origin.url);
  leases = createLeases({ ...parts, mirror: other, defaultBranch: "main" });
});
afterAll(() => folder.remove());
beforeEach(async () => {
  issue += 1;
  await forgetWhatRan();
});

interface Trick {
  readonly name: string;
  plant(worktree: string): Promise<void>;
  /** Plain git in that worktree runs the script: the trick works where nobody minds it. */
  readonly worksOnPlainGit: boolean;
}

async function configure(worktree: string, ...settings: (readonly [string, string])[]): Promise<void> {
  for (const [key, value] of settings) await git(worktree, "config", "--file", ".git/config", key, value);
}

const hooks = ["pre-commit", "post-commit", "post-checkout", "post-index-change", "reference-transaction", "pre-push"];

async function plantHooks(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const hook of hooks) {
    await writeFile(join(folder, hook), `#!/bin/sh\nexec ${script}\n`);
    await chmod(join(folder, hook), 0o755);
  }
}

/** A repository inside the worktree that runs the script whenever git looks into it. */
async function plantRepository(path: string): Promise<void> {
  await mkdir(path, { recursive: true });
  await git(path, "init", "--quiet");
  await git(path, "commit", "--quiet", "--allow-empty", "-m", "inside");
  await configure(path, ["core.fsmonitor", script], ["filter.planted.clean", script]);
  await writeFiles(path, { ".gitattributes": "* filter=planted\n", "file.txt": "dirty\n" });
}

const tricks: readonly Trick[] = [
  { name: "hooks", worksOnPlainGit: true, plant: (worktree) => plantHooks(join(worktree, ".git/hooks")) },
  {
    name: "a hooks path inside the worktree",
    worksOnPlainGit: true,
    plant: async (worktree) => {
      await plantHooks(join(worktree, "tools"));
      await configure(worktree, ["core.hooksPath", "tools"]);
    },
  },
  {
    name: "a file system monitor",
    worksOnPlainGit: true,
    plant: (worktree) => configure(worktree, ["core.fsmonitor", script]),
  },
  {
    name: "clean, smudge and process filters",
    worksOnPlainGit: true,
    plant: async (worktree) => {
      await configure(
        worktree,
        ["filter.one.clean", script],
        ["filter.one.smudge", script],
        ["filter.two.process", script],
      );
      await writeFiles(worktree, { ".gitattributes": "*.md filter=one\nsrc/* filter=two\n" });
    },
  },
  {
    name: "attributes of the repository, not of the tree",
    worksOnPlainGit: true,
    plant: async (worktree) => {
      await configure(worktree, ["filter.one.clean", script]);
      await writeFiles(worktree, { ".git/info/attributes": "* filter=one\n" });
    },
  },
  {
    name: "an included configuration file",
    worksOnPlainGit: true,
    plant: async (worktree) => {
      await writeFiles(worktree, { "extra.cfg": `[core]\n\tfsmonitor = ${script}\n` });
      await configure(worktree, ["include.path", "../extra.cfg"]);
    },
  },
  {
    name: "configuration of the worktree alone",
    worksOnPlainGit: true,
    plant: async (worktree) => {
      await configure(worktree, ["extensions.worktreeConfig", "true"], ["core.repositoryFormatVersion", "1"]);
      await writeFiles(worktree, { ".git/config.worktree": `[core]\n\tfsmonitor = ${script}\n` });
    },
  },
  {
    name: "external diff, text conversion and merge drivers",
    worksOnPlainGit: true,
    plant: async (worktree) => {
      await configure(
        worktree,
        ["diff.external", script],
        ["diff.planted.textconv", script],
        ["merge.planted.driver", script],
      );
      await writeFiles(worktree, { ".gitattributes": "* diff=planted merge=planted\n" });
    },
  },
  {
    name: "signing, editor, pager, credentials and transport programs",
    worksOnPlainGit: true,
    plant: (worktree) =>
      configure(
        worktree,
        ["commit.gpgSign", "true"],
        ["gpg.program", script],
        ["core.editor", script],
        ["core.pager", script],
        ["credential.helper", script],
        ["core.askPass", script],
        ["core.sshCommand", script],
        ["core.alternateRefsCommand", script],
        ["uploadpack.packObjectsHook", script],
        ["gc.recentObjectsHook", script],
      ),
  },
  {
    name: "a repository where a submodule is",
    worksOnPlainGit: true,
    plant: (worktree) => plantRepository(join(worktree, "module")),
  },
  {
    name: "a .git that points to another repository",
    worksOnPlainGit: true,
    plant: async (worktree) => {
      const elsewhere = join(worktree, "..", "home", "elsewhere");
      await plantRepository(elsewhere);
      await configure(elsewhere, ["core.worktree", worktree], ["core.bare", "false"]);
      await rm(join(worktree, ".git"), { recursive: true });
      await writeFiles(worktree, { ".git": `gitdir: ${elsewhere}/.git\n` });
    },
  },
  {
    name: "garbage for a .git",
    worksOnPlainGit: false,
    plant: async (worktree) => {
      await rm(join(worktree, ".git"), { recursive: true });
      await writeFiles(worktree, { ".git/HEAD": "garbage", ".git/index": "garbage", ".git/config": "[garbage" });
    },
  },
];

async function open(): Promise<Workspace> {
  const answer = await workspaces.open(
    {
      ...{ run: `run-${issue}`, defaultBranch: "main", branch: `coppice/${issue}-task` },
      ...{ startOver: false, files: [], author },
    },
    new AbortController().signal,
  );
  if (answer.kind !== "ready") throw new Error(answer.kind);
  return answer.workspace;
}

const ran = async () => (await readdir(marks)).length;

async function forgetWhatRan(): Promise<void> {
  await rm(marks, { recursive: true, force: true });
  await mkdir(marks);
}

describe("what an agent planted in its worktree", () => {
  it.each(tricks)(
    "runs nothing when we read, commit, check out, merge and publish, but under plain git: $name",
    async (trick) => {
      const workspace = await open();
      const { worktree } = workspace.folders;
      await workspace.settle();
      await trick.plant(worktree);
      await writeFiles(worktree, { "README.md": "changed\n", "src/main.txt": "more\n" });
      await forgetWhatRan();
      const changes = await workspace.changes({ files: 100, bytes: 1_000_000 });
      if (changes.kind !== "changed") throw new Error(JSON.stringify(changes));
      expect(changes.files.map(({ path }) => path)).toContain("README.md");
      expect(changes.files.filter(({ path }) => path.startsWith(".git/"))).toEqual([]);
      const head = await workspace.commit({ tree: changes.tree, message: "work", author });
      await workspace.checkout(head);
      expect(await workspace.merges(head)).toBe(true);
      const claim = await leases.swap(undefined, makeLease({ issue }));
      if (claim.kind !== "held") throw new Error("not held");
      const lease = makeLease({ issue, phase: "published", head });
      const published = await workspace.publish({ held: claim.held, lease, head, files: new Map() });
      expect(published.kind).toBe("published");
      expect(await ran()).toBe(0);
      // Otherwise the trick would prove nothing.
      for (const args of [["status"], ["diff"], ["add", "--all"], ["commit", "-m", "x"]]) {
        if (await ran()) break;
        await git(worktree, ...args).catch(() => undefined);
      }
      expect((await ran()) > 0).toBe(trick.worksOnPlainGit);
      await workspace.close();
    },
  );
});
