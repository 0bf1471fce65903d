import { appendFile, chmod, mkdir, readdir, rename, rm, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CoppiceError } from "../../src/core/errors.ts";
import { createGit } from "../../src/git/git.ts";
import { damageOf } from "../../src/git/mend-mirror.ts";
import { openMirror } from "../../src/git/mirror.ts";
import { createWorkspaces } from "../../src/git/workspaces.ts";
import type { Origin } from "./origin.ts";
import { git, makeFolder, makeOrigin, quiet } from "./origin.ts";
import { systemClock } from "./system-clock.ts";

let folder: { path: string; remove(): Promise<void> };
let origin: Origin;
let warnings: string[];
let mirrorFolder: string;

beforeEach(async () => {
  folder = await makeFolder();
  origin = await makeOrigin(folder.path, { "README.md": "hello\n", "src/a.txt": "a\n" });
  warnings = [];
  mirrorFolder = join(folder.path, "mirror.git");
});
afterEach(() => folder.remove());

async function open() {
  const log = { ...quiet, warn: (_: object, message: string) => void warnings.push(message) };
  const parts = {
    git: await createGit({ folder: join(folder.path, "git"), protocols: ["file"] }),
    folder: mirrorFolder,
    url: origin.url,
    token: async () => undefined,
    clock: systemClock,
    freshMilliseconds: 0,
    log,
  };
  const mirror = await openMirror(parts);
  return {
    mirror,
    workspaces: createWorkspaces({ mirror, clock: systemClock, log, folder: join(folder.path, "runs") }),
  };
}

const request = {
  run: "run",
  defaultBranch: "main",
  branch: "coppice/12",
  startOver: false,
  files: [],
  author: { name: "bot", email: "bot@example.com" },
};

/** What the checkout of main holds, from a run's folder that nothing was in before. */
async function checkOut({ workspaces }: Awaited<ReturnType<typeof open>>): Promise<readonly string[]> {
  const answer = await workspaces.open(request, new AbortController().signal);
  if (answer.kind !== "ready") throw new Error(answer.kind);
  const names = await readdir(answer.workspace.folders.worktree, { recursive: true });
  expect((await answer.workspace.changes({ files: 10, bytes: 1_000 })).kind).toBe("unchanged");
  return names.filter((name) => !/^\.(git|coppice)/.test(name)).sort();
}

async function objects(): Promise<string[]> {
  const names = await readdir(join(mirrorFolder, "objects"), { recursive: true });
  const files = names
    .filter((name) => /^[0-9a-f]{2}\/|\.pack$/.test(name))
    .map((name) => join(mirrorFolder, "objects", name));
  await Promise.all(files.map((file) => chmod(file, 0o644)));
  return files;
}

const write = (name: string, text: string) => writeFile(join(mirrorFolder, name), text);
const eachObject = async (act: (file: string) => Promise<void>) => void (await Promise.all((await objects()).map(act)));

/** How a mirror may be broken by a crash, a bad disk or a hand that slipped. */
const damages: Readonly<Record<string, () => Promise<unknown>>> = {
  "garbage in HEAD": () => write("HEAD", "\0\0garbage"),
  "an empty HEAD": () => write("HEAD", ""),
  "no HEAD": () => rm(join(mirrorFolder, "HEAD")),
  "a garbage configuration": () => write("config", "[core\nbare = maybe"),
  "stale locks": async () => {
    for (const lock of ["packed-refs.lock", "HEAD.lock", "refs/heads/main.lock"]) await write(lock, "");
  },
  "empty objects": () => eachObject((file) => truncate(file)),
  "truncated objects": () => eachObject(async (file) => truncate(file, Math.floor((await stat(file)).size / 2))),
  "garbage in objects": () => eachObject((file) => writeFile(file, "garbage of no meaning at all")),
  "no objects": () => rm(join(mirrorFolder, "objects"), { recursive: true }),
  "a branch that points nowhere": () => write("refs/heads/main", `${"1".repeat(40)}\n`),
  "an empty branch": () => write("refs/heads/main", ""),
  "garbage in packed-refs": () => appendFile(join(mirrorFolder, "packed-refs"), "garbage\n"),
  "a file in its place": async () => {
    await rm(mirrorFolder, { recursive: true });
    await writeFile(mirrorFolder, "gitdir: elsewhere");
  },
  "a repository with a worktree in its place": async () => {
    await rm(mirrorFolder, { recursive: true });
    await git(folder.path, "init", "--quiet", mirrorFolder);
  },
  "an empty folder in its place": async () => {
    await rm(mirrorFolder, { recursive: true });
    await mkdir(mirrorFolder);
  },
};

describe("a mirror that has", () => {
  it.each(Object.keys(damages))("%s is mended when it is opened, and not without a word", async (name) => {
    await checkOut(await open());
    await damages[name]?.();
    expect(await checkOut(await open())).toEqual(["README.md", "src", "src/a.txt"]);
    const isTold = warnings.some((message) => /mirror is broken|locks/.test(message));
    expect(isTold || name === "stale locks" || name === "a branch that points nowhere").toBe(true);
    await git(mirrorFolder, "rev-parse", "refs/heads/main^{tree}");
  });

  it.each(Object.keys(damages).filter((name) => !name.includes("in its place")))(
    "%s is mended while it is in use",
    async (name) => {
      const opened = await open();
      await checkOut(opened);
      await damages[name]?.();
      const head = await origin.push({ "b.txt": "b\n" });
      expect(await checkOut(opened)).toEqual(["README.md", "b.txt", "src", "src/a.txt"]);
      expect(await opened.mirror.branch("main")).toBe(head);
    },
  );

  it("runs that began before it broke goes on with them", async () => {
    const opened = await open();
    const answer = await opened.workspaces.open(request, new AbortController().signal);
    if (answer.kind !== "ready") throw new Error(answer.kind);
    const { workspace } = answer;
    await writeFile(join(workspace.folders.worktree, "b.txt"), "b\n");
    const changes = await workspace.changes({ files: 10, bytes: 1_000 });
    if (changes.kind !== "changed") throw new Error(changes.kind);
    const head = await workspace.commit({ tree: changes.tree, message: "work", author: request.author });
    await write("HEAD", "garbage");
    await workspace.keep(head, "refs/coppice/trash/12-1", "here");
    await workspace.keep(head, "refs/coppice/trash/12-1", "remote");
    expect(await git(origin.folder, "show", `${head}:b.txt`)).toBe("b");
    expect(await git(workspace.folders.worktree, "log", "-1", "--format=%s")).toBe("change");
    await rename(mirrorFolder, `${mirrorFolder}.checked`);
  });

  it("objects that the remote lacks as well is replaced once, not again and again", async () => {
    const opened = await open();
    await checkOut(opened);
    const blob = await git(origin.folder, "rev-parse", "main:README.md");
    await git(origin.folder, "repack", "-adq");
    await eachObject((file) => truncate(file));
    for (const name of await readdir(join(origin.folder, "objects/pack"))) {
      await rm(join(origin.folder, "objects/pack", name), { force: true });
    }
    for (let turn = 0; turn < 3; turn += 1)
      await expect(opened.mirror.git(["cat-file", "blob", blob])).rejects.toThrow();
    const asides = (await readdir(folder.path)).filter((name) => name.includes(".broken-"));
    expect(asides).toHaveLength(1);
  });

  it("been moved aside a week ago is gone at the next start, and what used it goes on", async () => {
    const opened = await open();
    await checkOut(opened);
    await write("HEAD", "garbage");
    await checkOut(opened);
    const [aside = ""] = (await readdir(folder.path)).filter((name) => name.includes(".broken-"));
    const old = aside.replace(/\d+$/, String(Date.now() - 8 * 24 * 60 * 60_000));
    await rename(join(folder.path, aside), join(folder.path, old));
    await writeFile(join(mirrorFolder, "objects/info/alternates"), `${join(folder.path, old, "objects")}\n`);
    expect(await checkOut(await open())).toEqual(["README.md", "src", "src/a.txt"]);
    expect((await readdir(folder.path)).filter((name) => name.includes(".broken-"))).toEqual([]);
    expect(warnings.at(-1)).toMatch(/long ago/);
  });
});

describe("what is not the mirror's fault", () => {
  it.each([
    "git fetch: fatal: could not read Username for 'https://example.com': terminal prompts disabled",
    "git fetch: error: unable to read askpass response from '/x/askpass' | fatal: could not read Password for 'https://x'",
    "git fetch: remote: fatal: bad object HEAD | fatal: the remote end hung up unexpectedly",
    "git fetch: fatal: unable to access 'https://example.com/': Could not resolve host: example.com",
    "git fetch: fatal: protocol error: unexpected 'x'",
    "git push: error: failed to push some refs to 'https://example.com/'",
    "git read-tree: no answer in time",
  ])("is left alone: %s", (message) => {
    expect(damageOf(new CoppiceError("git-failed", message))).toBeUndefined();
  });
});
