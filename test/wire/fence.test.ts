import { expect, it } from "vitest";
import { fence } from "../../src/wire/fence.ts";

it("puts text into a block that nothing in it can end", () => {
  expect(fence("goal: x", "yaml")).toBe("```yaml\ngoal: x\n```");
  expect(fence("a\n````\nb")).toBe("`````\na\n````\nb\n`````");
});
