import { expect, it } from "vitest";
import { isTreePath } from "../../../src/forge/git/names.ts";

it.each([
  ".git/x",
  "a/.GIT/x",
  "git~1/x",
  "a/GIT~1",
  ".git./x",
  ".git /x",
  ".git::$INDEX_ALLOCATION/x",
  "../x",
  "a//b",
  "/a",
  "a\\b",
])("%j is no path of a tree", (path) => expect(isTreePath(path)).toBe(false));

it.each(["git", ".github/x", ".gitignore", "git~2", "a.git/x", "git~1x"])("%j is", (path) =>
  expect(isTreePath(path)).toBe(true),
);
