import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { changedPaths } from "../../src/forge/git/changed-paths.ts";
import { clearLocks } from "../../src/forge/git/clear-locks.ts";
import { commitFiles } from "../../src/forge/git/commit-files.ts";
import { commitTree, isAncestor, listCommits, mergeBase, readCommit } from "../../src/forge/git/commits.ts";
import { diffFiles } from "../../src/forge/git/diff.ts";
import { mergeTree } from "../../src/forge/git/merge.ts";
import { isOid, zeroOid } from "../../src/forge/git/names.ts";
import { entryAt, readBlob, writeBlob } from "../../src/forge/git/objects.ts";
import { listRefs, readRef, resolveCommit } from "../../src/forge/git/refs.ts";
import { writeTree } from "../../src/forge/git/tree-edit.ts";
import { bareRepository } from "./bare-repository.ts";
import { git } from "./support.ts";

const { folder, folders, close } = await bareRepository();
const author = { name: "Ada", email: "ada@example.com", date: "2026-01-02T03:04:05Z" };

afterAll(close);

async function writeCommit(place: string, message: string): Promise<string> {
  return commitTree(place, { tree: await writeTree(place, undefined, []), parents: [], message, author });
}

interface Change {
  readonly add?: Record<string, string>;
  readonly remove?: string[];
  readonly message?: string;
}

async function make(
  parent: string | undefined,
  { add = {}, remove = [], message = "A change" }: Change,
): Promise<string> {
  const additions = Object.entries(add).map(([path, text]) => ({ path, content: Buffer.from(text) }));
  const outcome = await commitFiles(folder, { parent, additions, deletions: remove, message, author });
  if (outcome.kind === "refused") throw new Error(outcome.reason);
  return outcome.oid;
}

describe("refs", () => {
  test("move all together or not at all, and the writer lives on after a refusal", async () => {
    const first = await make(undefined, { add: { a: "1" } });
    const second = await make(first, { add: { a: "2" } });
    const create = (name: string) => ({ name, before: zeroOid, after: first });
    expect((await folders.updateRefs(1, [create("refs/heads/x"), create("refs/heads/y")])).kind).toBe("updated");
    const move = (name: string, before: string) => ({ name, before, after: second });
    const refused = await folders.updateRefs(1, [move("refs/heads/x", first), move("refs/heads/y", second)]);
    expect(refused).toMatchObject({ kind: "refused", reason: expect.stringContaining("refs/heads/y") });
    expect((await readRef(folder, "refs/heads/x"))?.oid).toBe(first);
    expect((await folders.updateRefs(1, [move("refs/heads/x", first), move("refs/heads/y", first)])).kind).toBe(
      "updated",
    );
    const gone = { name: "refs/heads/y", before: second, after: zeroOid };
    expect((await folders.updateRefs(1, [gone])).kind).toBe("updated");
    expect((await listRefs(folder, "refs/heads")).map((ref) => ref.name)).toEqual(["refs/heads/x"]);
  });

  test("of fifty racing creations one wins and the others are told", async () => {
    const oids = await Promise.all(
      Array.from({ length: 5 }, (_, at) => make(undefined, { add: { nonce: String(at) } })),
    );
    const race = Array.from({ length: 50 }, (_, at) =>
      folders.updateRefs(1, [{ name: "refs/coppice/race", before: zeroOid, after: oids[at % 5] ?? zeroOid }]),
    );
    const kinds = (await Promise.all(race)).map((outcome) => outcome.kind);
    expect(kinds.filter((kind) => kind === "updated")).toHaveLength(1);
    expect(isOid((await readRef(folder, "refs/coppice/race"))?.oid ?? "")).toBe(true);
  });

  test("with names that would reach the instruction stream are refused before git sees them", async () => {
    const oid = await make(undefined, { add: { a: "1" } });
    for (const name of [`refs/heads/a ${oid}\ncreate refs/heads/b`, "refs/heads/a\0", "HEAD", "refs/heads/../x"]) {
      const outcome = await folders.updateRefs(1, [{ name, before: undefined, after: oid }]);
      expect(outcome.kind).toBe("refused");
    }
  });

  test("locked by a process that died are free again after the start", async () => {
    const oid = await make(undefined, { add: { a: "1" } });
    await mkdir(join(folder, "refs", "heads"), { recursive: true });
    await writeFile(join(folder, "refs", "heads", "stuck.lock"), "");
    const stuck = { name: "refs/heads/stuck", before: zeroOid, after: oid };
    expect((await folders.updateRefs(1, [stuck])).kind).toBe("refused");
    await clearLocks(folders.root);
    expect((await folders.updateRefs(1, [stuck])).kind).toBe("updated");
  });

  test("are packed now and then and stay what they were", async () => {
    const oid = await make(undefined, { add: { a: "1" } });
    const updates = Array.from({ length: 1001 }, (_, at) => {
      return { name: `refs/coppice/many/${at}`, before: zeroOid, after: oid };
    });
    expect((await folders.updateRefs(1, updates)).kind).toBe("updated");
    expect(await listRefs(folder, "refs/coppice/many")).toHaveLength(1001);
    const again = await folders.updateRefs(1, [{ name: "refs/coppice/many/7", before: oid, after: zeroOid }]);
    expect(again.kind).toBe("updated");
    expect(await listRefs(folder, "refs/coppice/many")).toHaveLength(1000);
  });

  test("are listed as git lists them, packed or not, and nowhere else", async () => {
    await folders.create(2, "main");
    const place = folders.folder(2);
    const [first, second] = [await writeCommit(place, "1"), await writeCommit(place, "2")];
    const update = (name: string, oid: string) => git(place, "update-ref", name, oid);
    for (const name of ["heads/a", "heads/a.b", "heads/ä/\u{1f600}", "heads/ä/\ufb00", "heads/gone", "pull/1/head"]) {
      await update(`refs/${name}`, first);
    }
    await git(place, "pack-refs", "--all");
    await update("refs/heads/a", second);
    await update("refs/heads/new/er", second);
    await git(place, "update-ref", "-d", "refs/heads/gone");
    await git(place, "-c", "user.name=a", "-c", "user.email=a@b", "tag", "-a", "-m", "x", "marked", first);
    await writeFile(join(place, "refs", "heads", "held.lock"), "");
    for (const prefix of ["refs/heads", "refs/heads/a", "refs/tags", "refs/pull", "refs/none", "refs/heads/new/er"]) {
      const told = await git(place, "for-each-ref", "--format=%(objectname) %(objecttype) %(refname)", prefix);
      const listed = (await listRefs(place, prefix)).map(({ name, oid, type }) => `${oid} ${type} ${name}`);
      expect(listed.join("\n"), prefix).toBe(told);
    }
    expect(await listRefs(place, "refs/heads/../../objects")).toEqual([]);
  });
});

describe("commits", () => {
  test("keep messages, people and modes exactly", async () => {
    const message = "Title\n\nBody with 'quotes', ünïcode\nand a line";
    const oid = await make(undefined, { add: { "dir/ä file.txt": "text" }, message });
    expect(await readCommit(folder, oid)).toMatchObject({ oid, message, author, committer: author, parents: [] });
    const entry = await entryAt(folder, oid, "dir/ä file.txt");
    expect(entry).toMatchObject({ mode: "100644", type: "blob", size: 4 });
    expect((await readBlob(folder, entry?.oid ?? ""))?.toString()).toBe("text");
    expect(await readCommit(folder, "1".repeat(40))).toBeUndefined();
  });

  test("delete what is there and refuse what is not, or may not be", async () => {
    const base = await make(undefined, { add: { a: "1", "b/c": "2" } });
    const next = await make(base, { add: { d: "3" }, remove: ["b/c"] });
    expect(await entryAt(folder, next, "b")).toBeUndefined();
    expect(await entryAt(folder, next, "a")).toBeDefined();
    for (const path of ["absent", "../a", "/a", ".git/x", "b/../a", ""]) {
      const outcome = await commitFiles(folder, {
        parent: base,
        additions: [],
        deletions: [path],
        message: "x",
        author,
      });
      expect(outcome.kind, path).toBe("refused");
    }
  });

  test("know their order", async () => {
    const base = await make(undefined, { add: { a: "1" } });
    const left = await make(base, { add: { b: "1" } });
    const right = await make(base, { add: { c: "1" } });
    expect(await isAncestor(folder, base, left)).toBe(true);
    expect(await isAncestor(folder, left, right)).toBe(false);
    expect(await mergeBase(folder, left, right)).toBe(base);
    const between = await listCommits(folder, { range: [left, `^${base}`] });
    expect(between.map((commit) => commit.oid)).toEqual([left]);
    expect(await resolveCommit(folder, left.slice(0, 12))).toBe(left);
    expect(await resolveCommit(folder, "--help")).toBeUndefined();
  });
});

describe("merging", () => {
  test("joins changes to different lines and names the paths that conflict", async () => {
    const base = await make(undefined, { add: { a: "1\n2\n3\n4\n5\n", b: "x\n" } });
    const left = await make(base, { add: { a: "one\n2\n3\n4\n5\n" } });
    const right = await make(base, { add: { a: "1\n2\n3\n4\nfive\n" } });
    const clean = await mergeTree(folder, { ours: left, theirs: right });
    if (clean.kind !== "clean") throw new Error("it conflicts");
    const merged = await entryAt(folder, clean.tree, "a");
    expect((await readBlob(folder, merged?.oid ?? ""))?.toString()).toBe("one\n2\n3\n4\nfive\n");
    const other = await make(base, { add: { a: "uno\n2\n3\n4\n5\n", "sub/ö": "x" } });
    expect(await mergeTree(folder, { ours: left, theirs: other })).toEqual({ kind: "conflict", paths: ["a"] });
  });

  test("of unrelated histories is a conflict, not a surprise", async () => {
    const left = await make(undefined, { add: { a: "1" }, message: "one" });
    const right = await make(undefined, { add: { b: "1" }, message: "two" });
    expect(await mergeTree(folder, { ours: left, theirs: right })).toEqual({ kind: "conflict", paths: [] });
  });
});

test("a diff tells each file's status, counts and hunks, whatever its name or content", async () => {
  const lines = Array.from({ length: 30 }, (_, at) => `line ${at}`).join("\n");
  const from = await make(undefined, {
    add: { "old name.txt": lines, gone: "entirely different\n", kept: "k", "binary.bin": "\0\x01", edited: "a\nb\n" },
  });
  const to = await make(from, {
    add: {
      "new näme.txt": `${lines}\nmore`,
      "binary.bin": "\0\x02",
      edited: "a\ndiff --git a/x b/x\n@@ -1 +1 @@\nc\n",
      added: "1\n",
    },
    remove: ["old name.txt", "gone"],
  });
  const files = new Map((await diffFiles(folder, from, to)).map((file) => [file.path, file]));
  expect([...files.keys()].sort()).toEqual(["added", "binary.bin", "edited", "gone", "new näme.txt"]);
  expect(files.get("added")).toMatchObject({ status: "added", additions: 1, deletions: 0, patch: "@@ -0,0 +1 @@\n+1" });
  expect(files.get("gone")).toMatchObject({ status: "removed", additions: 0, deletions: 1 });
  expect(files.get("binary.bin")).toMatchObject({ status: "modified", additions: 0, deletions: 0, patch: undefined });
  expect(files.get("edited")).toMatchObject({ status: "modified", additions: 3, deletions: 1 });
  expect(files.get("edited")?.patch).toBe("@@ -1,2 +1,4 @@\n a\n-b\n+diff --git a/x b/x\n+@@ -1 +1 @@\n+c");
  expect(files.get("new näme.txt")).toMatchObject({ status: "renamed", previousPath: "old name.txt" });
});

test("a diff keeps each file's patch apart, whatever ends its lines, and when a file becomes a link", async () => {
  const from = await make(undefined, { add: { link: "x\n", "z.txt": "1\n" } });
  const next = await make(from, { add: { "odd\u2028@@ name": "a\rdiff --git a/b b/b\n@@ 1\n", "z.txt": "2\n" } });
  const oid = await writeBlob(folder, Buffer.from("z.txt"));
  const tree = await writeTree(folder, next, [{ path: "link", mode: "120000", oid }]);
  const files = await diffFiles(folder, from, tree);
  expect(files.map(({ path, status, patch }) => [path, status, patch])).toEqual([
    ["link", "changed", "@@ -1 +0,0 @@\n-x\n@@ -0,0 +1 @@\n+z.txt\n\\ No newline at end of file"],
    ["odd\u2028@@ name", "added", "@@ -0,0 +1,2 @@\n+a\rdiff --git a/b b/b\n+@@ 1"],
    ["z.txt", "modified", "@@ -1 +1 @@\n-1\n+2"],
  ]);
  expect(await diffFiles(folder, tree, tree)).toEqual([]);
});

test("the paths a commit touched are those git tells", async () => {
  const root = await make(undefined, {
    add: { "a.txt": "1", "a/b": "1", "a/c": "1", "deep/er/file": "1", "ü/x": "1" },
  });
  const changed = await make(root, {
    add: { "a.txt": "2", "deep/er/file/now/a/folder": "1", "a/d": "1", "ü/y": "1" },
    remove: ["a/b", "deep/er/file"],
  });
  const folded = await make(changed, { add: { a: "a folder was here" }, remove: ["a/c", "a/d"] });
  const joined = await make(folded, { message: "nothing" });
  const commits = await listCommits(folder, { range: [joined] });
  const told = await changedPaths(folder, commits);
  for (const { oid } of commits) {
    const lines = await git(
      folder,
      "-c",
      "core.quotePath=false",
      "show",
      "--no-renames",
      "--name-status",
      "--format=",
      oid,
    );
    const { added, removed, modified } = told.get(oid) ?? { added: [], removed: [], modified: [] };
    const ours = [
      ["A", added],
      ["D", removed],
      ["M", modified],
    ] as const;
    expect(ours.flatMap(([letter, paths]) => paths.map((path) => `${letter}\t${path}`)).sort(), oid).toEqual(
      lines
        .split("\n")
        .filter((line) => line !== "")
        .sort(),
    );
  }
  const all = { add: Object.fromEntries(Array.from({ length: 150 }, (_, at) => [`many/${at}/file`, "1"])) };
  const large = await readCommit(folder, await make(joined, all));
  expect((await changedPaths(folder, large === undefined ? [] : [large])).get(large?.oid ?? "")?.added).toHaveLength(
    150,
  );
});
