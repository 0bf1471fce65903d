import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { createCode } from "../../src/git/code.ts";
import type { Code } from "../../src/ports/code.ts";
import { makeFolder, makeMirror, makeOrigin } from "./origin.ts";

let code: Code;
let head: string;

const long = `${"x".repeat(5_000)} Needle ${"y".repeat(5_000)}`;

const files = {
  "README.md": "hällo\n",
  "src/login.ts": "const Session = 1;\n-e\n--help\nsession:2\n",
  "src/deep/a:b.ts": "the session\n",
  ":(glob)x/odd.ts": "session\n",
  "long.js": `${long}\n`,
  "a b.bin": "\0session",
  ".mailmap": "Nobody <nobody@example.com> <person@example.com>\n",
  ".gitattributes": "src/login.ts -text diff=evil\n",
};

/** Read by all tests, pushed to by none. */
beforeAll(async () => {
  const made = await makeCode(files);
  code = made.code;
  head = (await code.refresh()) ?? "";
  return made.remove;
});

async function makeCode(files: Readonly<Record<string, string>>) {
  const folder = await makeFolder();
  const origin = await makeOrigin(folder.path, files);
  const mirror = await makeMirror(folder.path, "one", origin.url);
  return { origin, code: createCode({ mirror, defaultBranch: "main" }), remove: folder.remove };
}

/** What no tree holds, or what other programs would take for more than a name. */
const hostilePaths = ["..", "../person", "/etc", "src/../../x", ":(top)src", ":!src", "--help", "-e", "a\0b", "a\nb"];

describe("listing a folder", () => {
  it("gives what one folder holds, folders with a slash, sorted and no more than asked", async () => {
    const top = [".gitattributes", ".mailmap", ":(glob)x/", "README.md", "a b.bin", "long.js", "src/"];
    expect(await code.list(head, "", 50)).toEqual(top);
    expect(await code.list(head, "./", 50)).toEqual(top);
    expect(await code.list(head, "src/", 50)).toEqual(["deep/", "login.ts"]);
    expect(await code.list(head, "src", 1)).toEqual(["deep/"]);
    expect(await code.list(head, ":(glob)x", 50)).toEqual(["odd.ts"]);
  });

  it.each(["README.md", "absent", ...hostilePaths])("knows no folder %j", async (path) => {
    expect(await code.list(head, path, 50)).toBeUndefined();
  });
});

describe("reading a file", () => {
  it.each(["src", ...hostilePaths])("knows no file %j", async (path) => {
    expect(await code.read(head, path, 100)).toBeUndefined();
  });
});

describe("searching", () => {
  it("finds the words whatever their case, with path and line, and nothing in binary files", async () => {
    expect(await code.search(head, "SESSION", { limit: 50 })).toEqual([
      { path: ":(glob)x/odd.ts", line: 1, text: "session" },
      { path: "src/deep/a:b.ts", line: 1, text: "the session" },
      { path: "src/login.ts", line: 1, text: "const Session = 1;" },
      { path: "src/login.ts", line: 4, text: "session:2" },
    ]);
    expect(await code.search(head, "session", { limit: 1 })).toHaveLength(1);
  });

  it("stays within one folder or file where that is asked, taking the path as a name", async () => {
    const found = (path: string) => code.search(head, "session", { path, limit: 50 });
    expect(await found("src/deep")).toHaveLength(1);
    expect(await found("src/login.ts")).toHaveLength(2);
    expect(await found(":(glob)x")).toHaveLength(1);
    for (const path of ["absent", ...hostilePaths]) expect(await found(path)).toEqual([]);
  });

  it("takes the words as words, never as options, patterns or several lines", async () => {
    const found = async (words: string) => (await code.search(head, words, { limit: 50 })).map(({ text }) => text);
    expect(await found("-e")).toEqual(["-e"]);
    expect(await found("--help")).toEqual(["--help"]);
    for (const words of ["sess.on", ".*", "", "  ", "session\nhällo", "session\0", "--open-files-in-pager=sh"]) {
      expect(await found(words)).toEqual([]);
    }
  });

  it("shows at most 300 characters of a line, with what was found among them", async () => {
    const [line] = await code.search(head, "needle", { limit: 5 });
    expect(line?.text).toHaveLength(300);
    expect(line?.text).toContain(" Needle ");
  });

  it("answers with whole lines only where there is more than is read", async () => {
    const { code, remove } = await makeCode({ "many.txt": `${"session ".repeat(30)}\n`.repeat(40_000) });
    onTestFinished(remove);
    const lines = await code.search((await code.refresh()) ?? "", "session", { path: "many.txt", limit: 100_000 });
    expect(lines.length).toBeGreaterThan(5_000);
    expect(lines.length).toBeLessThan(40_000);
    expect(new Set(lines.map(({ text }) => text.length)).size).toBe(1);
  });
});

describe("the log", () => {
  it("gives the newest commits first, with the name the commit carries, and those of one path", async () => {
    const { origin, code, remove } = await makeCode(files);
    onTestFinished(remove);
    const head = await origin.push({}, { author: "Zoë", message: "Second\n\nIts body" });
    await code.refresh();
    const commits = await code.log(head, { limit: 10 });
    expect(commits).toMatchObject([
      { oid: head, author: "Zoë", subject: "Second" },
      { author: "Person", subject: "change" },
    ]);
    expect(Number.isNaN(Date.parse(commits[0]?.at ?? ""))).toBe(false);
    expect(await code.log(head, { limit: 1 })).toHaveLength(1);
    expect(await code.log(head, { path: "src/deep", limit: 10 })).toMatchObject([{ subject: "change" }]);
    expect(await code.log(head, { path: ":(glob)x", limit: 10 })).toHaveLength(1);
    for (const path of ["absent", ...hostilePaths]) expect(await code.log(head, { path, limit: 10 })).toEqual([]);
  });
});
