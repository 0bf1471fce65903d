import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { commitTree, listCommits, listLine, readCommit } from "../../src/forge/git/commits.ts";
import { objectInfo, readObject } from "../../src/forge/git/object-reader.ts";
import { entriesAt, readTree, writeBlob } from "../../src/forge/git/objects.ts";
import { gitText } from "../../src/forge/git/run.ts";
import { type TreeChange, writeTree } from "../../src/forge/git/tree-edit.ts";
import { bareRepository } from "./bare-repository.ts";

const { data, folder, close } = await bareRepository();
const author = { name: "Ada", email: "ada@example.com", date: "2026-01-02T03:04:05Z" };

afterAll(close);

/** The tree that git's own index makes of the same changes. */
async function byIndex(base: string | undefined, changes: readonly TreeChange[]): Promise<string> {
  const environment = { GIT_INDEX_FILE: join(data, "index") };
  await rm(environment.GIT_INDEX_FILE, { force: true });
  if (base !== undefined) await gitText(folder, ["read-tree", base], { environment });
  const lines = changes.map(({ path, mode, oid }) =>
    oid === null ? `0 ${"0".repeat(40)}\t${path}\0` : `${mode} ${oid}\t${path}\0`,
  );
  await gitText(folder, ["update-index", "-z", "--replace", "--index-info"], { environment, input: lines.join("") });
  return (await gitText(folder, ["write-tree"], { environment })).trim();
}

describe("objects written without a process", () => {
  test("are trees that git makes of the same changes too, whatever stands in the way of what", async () => {
    const blobs = await Promise.all(["", "one\n", "zwei"].map((text) => writeBlob(folder, Buffer.from(text))));
    const name = fc.constantFrom("a", "a.b", "a-b", "ab", "B", "ü", "a b");
    const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/"));
    const oid = fc.option(fc.constantFrom(...blobs), { nil: null, freq: 3 });
    const change = fc.record({ path, mode: fc.constantFrom("100644", "100755", "120000"), oid });
    const changes = fc.array(change, { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(changes, changes, async (first, second) => {
        const base = await writeTree(folder, undefined, first);
        expect(base).toBe(await byIndex(undefined, first));
        expect(await writeTree(folder, base, second)).toBe(await byIndex(base, second));
      }),
      { numRuns: 25 },
    );
  });

  test("are commits that git reads as they were meant, and finds nothing wrong with", async () => {
    const tree = await writeTree(folder, undefined, []);
    const odd = { name: ' "Ada" <L>. ', email: "ada@\nexample.com", date: "2026-01-02T03:04:05+02:00" };
    const oid = await commitTree(folder, {
      tree,
      parents: [],
      message: "Töne\n\nof it",
      author: odd,
      committer: author,
    });
    const format = "--format=%an|%ae|%aI|%cn|%B";
    expect(await gitText(folder, ["log", "-1", format, oid])).toBe(
      'Ada" L|ada@example.com|2026-01-02T01:04:05+00:00|Ada|Töne\n\nof it\n\n',
    );
    expect((await readCommit(folder, oid))?.message).toBe("Töne\n\nof it");
    await gitText(folder, ["fsck", "--strict", "--no-dangling"]);
  });

  test("are refused where git refuses them", async () => {
    const tree = await writeTree(folder, undefined, []);
    const commit = { tree, parents: [], message: "A change", author };
    await expect(commitTree(folder, { ...commit, message: "a\0b" })).rejects.toThrow("NUL");
    await expect(commitTree(folder, { ...commit, author: { ...author, name: "<>" } })).rejects.toThrow("signed");
    await expect(commitTree(folder, { ...commit, tree: "1".repeat(40) })).rejects.toThrow("no tree");
  });
});

describe("the reader", () => {
  test("answers many questions at once, each with its own object, large and empty ones too", async () => {
    const texts = Array.from({ length: 200 }, (_, at) => "x".repeat(at * at * 7));
    const oids = await Promise.all(texts.map((text) => writeBlob(folder, Buffer.from(text))));
    const answers = await Promise.all(oids.map((oid) => readObject(folder, oid)));
    expect(answers.map((answer) => answer?.content.toString())).toEqual(texts);
    const infos = await Promise.all(oids.map((oid) => objectInfo(folder, oid)));
    expect(infos.map((info) => info?.size)).toEqual(texts.map((text) => text.length));
  });

  test("says no to what is not there, and to what is no question", async () => {
    expect(await objectInfo(folder, "1".repeat(40))).toBeUndefined();
    expect(await objectInfo(folder, "nothing of that name")).toBeUndefined();
    expect(await objectInfo(folder, `${"1".repeat(40)}\ninfo HEAD`)).toBeUndefined();
  });

  test("finds an object it has just said no to, written by another process", async () => {
    const path = join(data, "later");
    await writeFile(path, "written later");
    const oid = (await gitText(folder, ["hash-object", path])).trim();
    expect(await readObject(folder, oid)).toBeUndefined();
    await gitText(folder, ["hash-object", "-w", path]);
    expect((await readObject(folder, oid))?.content.toString()).toBe("written later");
    await gitText(folder, ["repack", "-a", "-d", "-q", "--keep-unreachable"]);
    expect((await readObject(folder, oid))?.content.toString()).toBe("written later");
  });

  test("gives the entries git gives, by path", async () => {
    const oid = await writeBlob(folder, Buffer.from("12345"));
    const paths = ["deep/er/file", "deep/run", "top", "ü/x"];
    const tree = await writeTree(
      folder,
      undefined,
      paths.map((path) => ({ path, mode: path === "deep/run" ? "100755" : "100644", oid })),
    );
    const all = (await readTree(folder, tree, { recursive: true })) ?? [];
    const asked = await entriesAt(folder, tree, [
      ...all.map(({ path }) => path),
      "deep/none",
      "none/at/all",
      "top/x",
      "",
    ]);
    expect(asked).toEqual(all);
  });
});

test("a line of commits is listed as git lists it, and is none where histories part or join", async () => {
  const tree = await writeTree(folder, undefined, []);
  const make = (message: string, ...parents: string[]) => commitTree(folder, { tree, parents, message, author });
  const root = await make("root");
  const left = await make("left", await make("more", root));
  const right = await make("right", root);
  const both = await make("both", left, right);
  expect(await listLine(folder, { from: root, to: left })).toEqual(
    await listCommits(folder, { range: [left, `^${root}`] }),
  );
  expect(await listLine(folder, { from: left, to: left })).toEqual([]);
  expect(await listLine(folder, { from: right, to: left })).toBeUndefined();
  expect(await listLine(folder, { from: left, to: both })).toBeUndefined();
});
