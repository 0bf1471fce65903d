import { describe, expect, it } from "vitest";
import type { ChangedFile } from "../../src/ports/workspaces.ts";
import { sampleTasks } from "../../src/rehearsal/sample.ts";
import { attentionTo } from "../../src/runner/attention.ts";

function file(path: string, change: ChangedFile["change"] = "modified"): ChangedFile {
  return { path, change, oldMode: "100644", newMode: "100644" };
}

describe("a change that a person must look at", () => {
  it.each([
    ["package.json", /scripts/],
    ["packages/api/Package.JSON", /scripts/],
    ["pyproject.toml", /scripts/],
    [".npmrc", /scripts/],
    ["package-lock.json", /installed/],
    ["sub/Cargo.lock", /installed/],
    ["bun.lockb", /installed/],
    ["go.sum", /installed/],
    ["AGENTS.md", /agents/],
    ["src/Claude.md", /agents/],
    ["src/.cursor/rules/x.md", /agents/],
    [".cursorrules", /agents/],
    [".vscode/tasks.json", /settings/],
    [".husky/pre-commit", /settings/],
    [".circleci/config.yml", /settings/],
    [".gitlab-ci.yml", /service/],
    ["Jenkinsfile", /service/],
    ["Makefile", /check runs/],
    ["tools/common.mk", /check runs/],
    ["scripts/Verify.sh", /checked with/],
    ["api/check.sh", /checked with/],
    ["tools/run", /checked with/],
  ])("is one of %s", (path, why) => {
    const lines = [
      "npm test && ./scripts/verify.sh",
      "cd api; sh check.sh >log",
      "CONFIG='tools/run' node --test test/",
    ];
    expect(attentionTo([file("src/a.ts"), file(path)], lines)).toEqual([expect.stringMatching(why)]);
    expect(attentionTo([file(path, "deleted")], lines)[0]).toContain(`${JSON.stringify(path)} (deleted): `);
  });

  it.each([
    ...["README.md", "docs/agents/a.md", "src/package.ts", "test/a.test.ts", ".gitignore", "src/.hidden/a", "lock.ts"],
    ...["docs/makefile.md", "src/check.sh", "test/index.js"],
  ])("is not one of %s", (path) => {
    expect(attentionTo([file(path)], ["npm test", "node --test test/", "cd api; sh check.sh"])).toEqual([]);
  });

  it("is not what the rehearsal's tasks do", () => {
    const paths = sampleTasks.flatMap(({ touches }) => touches);
    expect(
      attentionTo(
        [...paths, "README.md"].map((path) => file(path)),
        ["node --test"],
      ),
    ).toEqual([]);
  });

  it("is told in twenty lines at most", () => {
    const many = Array.from({ length: 100 }, (_, index) => file(`${index}/package.json`));
    const told = attentionTo(many, []);
    expect(told).toHaveLength(21);
    expect(told.at(-1)).toBe("80 more files of such kinds");
  });
});
