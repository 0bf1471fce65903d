import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { specialistFor } from "../../src/core/task/specialist.ts";
import { createCode } from "../../src/git/code.ts";
import { builtInSpecialists, loadSpecialists } from "../../src/planner/specialists.ts";
import type { Origin } from "../git/origin.ts";
import { git, makeFolder, makeMirror, makeOrigin } from "../git/origin.ts";

let folder: Awaited<ReturnType<typeof makeFolder>>;
let origin: Origin;

beforeEach(async () => {
  folder = await makeFolder();
  origin = await makeOrigin(folder.path);
});
afterEach(() => folder.remove());

async function openCode() {
  return createCode({ mirror: await makeMirror(folder.path, "hub", origin.url), defaultBranch: "main" });
}

const agent = (name: string, more = "") =>
  `---\nname: ${name}\ndescription: About ${name}.\n${more}---\n\nBe ${name}.\n`;

describe("the specialists of a repository", () => {
  test("are the built-in twelve where it defines none", async () => {
    const specialists = await loadSpecialists(await openCode());
    expect(specialists).toEqual(await builtInSpecialists());
    expect(new Set(specialists.map(({ name }) => name)).size).toBe(12);
    for (const { description, instructions, keywords, source } of specialists) {
      expect(description).toMatch(/^[A-Z].{20,200}\.$/);
      expect(instructions.length).toBeGreaterThan(500);
      expect(instructions.length).toBeLessThan(2_500);
      expect(keywords.length).toBeGreaterThan(10);
      expect(source).toBe("built-in");
    }
  });

  test("join from both folders of the default branch, theirs first and instead of ours", async () => {
    await origin.push({
      ".claude/agents/rust-expert.md": agent("rust-expert", "keywords: rust, cargo\n"),
      ".claude/agents/both.md": agent("both", "model: one\n"),
      ".github/agents/both.agent.md": agent("both", "model: two\n"),
      ".github/agents/docs-writer.md": agent("docs-writer", "keywords: docs\n"),
      ".github/agents/README.md": "How to write agents",
      ".github/agents/broken.md": "---\nname: broken\n---\n",
      ".github/agents/large.md": agent("large") + "x".repeat(20_000),
      ".github/agents/notes.txt": agent("notes"),
    });
    const warnings: string[] = [];
    const log = { warn: (_: object, message: string) => void warnings.push(message) };
    const specialists = await loadSpecialists(await openCode(), log);
    expect(specialists.slice(0, 3).map(({ name, source }) => [name, source])).toEqual([
      ["both", ".claude/agents/both.md"],
      ["rust-expert", ".claude/agents/rust-expert.md"],
      ["docs-writer", ".github/agents/docs-writer.md"],
    ]);
    expect(specialists).toHaveLength(14);
    expect(specialists[0]?.model).toBe("one");
    expect(specialistFor("Speed up the cargo build", specialists)).toBe("rust-expert");
    expect(warnings).toEqual([
      expect.stringContaining(".github/agents/README.md: no front matter"),
      expect.stringContaining(".github/agents/broken.md: no description"),
      expect.stringContaining(".github/agents/large.md: larger than 16 kB"),
    ]);
  });

  test("are read once a commit, and again when the branch has moved", async () => {
    const code = await openCode();
    let reads = 0;
    const counting: typeof code = {
      ...code,
      read: (...all) => {
        reads += 1;
        return code.read(...all);
      },
    };
    await origin.push({ ".claude/agents/one.md": agent("one") });
    const [first, same] = await Promise.all([loadSpecialists(counting), loadSpecialists(counting)]);
    expect(first).toBe(same);
    expect(reads).toBe(1);
    await origin.push({ ".claude/agents/two.md": agent("two") });
    expect((await loadSpecialists(counting)).slice(0, 2).map(({ name }) => name)).toEqual(["one", "two"]);
    expect(reads).toBe(3);
  });

  test("are 64 at most, whatever is there", async () => {
    const read: string[] = [];
    const specialists = await loadSpecialists({
      refresh: async () => "a".repeat(40),
      list: async (_, folder, limit) =>
        Array.from({ length: limit }, (_, index) => `${folder.slice(1, 7)}-${index}.md`),
      read: async (_, path) => {
        read.push(path);
        return agent(path.replace(/.*\/|\.md/g, ""));
      },
    });
    expect(specialists).toHaveLength(64 + 12);
    expect(read).toHaveLength(64);
  });

  test("are the built-in ones before the first commit", async () => {
    await git(origin.folder, "update-ref", "-d", "refs/heads/main");
    expect(await loadSpecialists(await openCode())).toEqual(await builtInSpecialists());
  });
});
