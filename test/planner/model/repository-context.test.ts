import { describe, expect, test } from "vitest";
import { overview, repositoryContexts } from "../../../src/planner/model/repository-context.ts";
import type { Code } from "../../../src/ports/code.ts";

describe("the overview of a repository", () => {
  test("is all paths where they are few", () => {
    expect(overview(["README.md", "src/a.ts"])).toEqual(["README.md", "src/a.ts"]);
  });

  test("shows folders, as deep as there is room for, where files are many", () => {
    const paths = ["README.md"];
    for (let folder = 0; folder < 30; folder++) {
      for (let file = 0; file < 40; file++) paths.push(`packages/p${folder}/src/deep/f${file}.ts`);
    }
    const lines = overview(paths);
    expect(lines).toHaveLength(31);
    expect(lines.slice(0, 2)).toEqual(["README.md", "packages/p0/src/deep/ (40 files)"]);
  });

  test("is cut where even the top holds too much", () => {
    const lines = overview(Array.from({ length: 1_000 }, (_, at) => `f${at}`));
    expect(lines).toHaveLength(401);
    expect(lines.at(-1)).toBe("… and more");
  });
});

test("a repository is described once for each commit", async () => {
  let head = "a".repeat(40);
  const asked: string[] = [];
  const code: Code = {
    refresh: async () => head,
    files: async (commit) => {
      asked.push(commit);
      return ["readme.md"];
    },
    list: async () => undefined,
    search: async () => [],
    log: async () => [],
    read: async (commit) => `# ${commit.slice(0, 1)}`,
  };
  const context = repositoryContexts(code);
  const first = await context();
  expect(await context()).toBe(first);
  head = "b".repeat(40);
  expect((await context()).text).toBe(
    '<untrusted name="files">\nreadme.md\n</untrusted>\n\n<untrusted name="readme">\n# b\n</untrusted>',
  );
  expect(asked).toHaveLength(2);
});
