import { createColors } from "picocolors";
import { describe, expect, it } from "vitest";
import { markdownText } from "../../../src/cli/screen/markdown-text.ts";
import { formatPlanComment, formatPlanDetails } from "../../../src/wire/render/plan-comment.ts";
import { samplePlan, sampleRecord } from "../../core/plan/sample-plan.ts";

const plain = { colors: createColors(false) };
const narrow = { ...plain, width: 40 };

describe("Markdown at the terminal", () => {
  it("reads as text: no marks, addresses after their words, hidden parts left out", () => {
    const text = markdownText(
      "<!-- x -->\n## Plan\n\n**To go on**, see [the file](https://x.test/f) or `code`.\n",
      plain,
    );
    expect(text).toBe("Plan\n\nTo go on, see the file (https://x.test/f) or code.");
  });

  it("keeps lists, checklists and code apart", () => {
    const text = markdownText("1. one\n2. two\n   - in\n\n- [ ] **Q1** why?\n- [x] done\n\n```sh\nls -l\n```", plain);
    expect(text).toBe("1. one\n2. two\n   - in\n\n[ ] Q1 why?\n[x] done\n\n    ls -l");
  });

  it("draws no graph", () => {
    expect(markdownText("before\n\n```mermaid\ngraph LR\n```\n\nafter", plain)).toBe("before\n\nafter");
  });

  it("sets tables in columns where they fit, and one below the other where not", () => {
    const table =
      "| Command | What it does |\n| --- | --- |\n| `/view` | Show the plan again, with everything it has. |";
    expect(markdownText(table, plain)).toBe(
      "Command  What it does\n  /view    Show the plan again, with everything it has.",
    );
    expect(markdownText(table, narrow)).toBe("/view\n      Show the plan again, with\n      everything it has.");
  });

  it("keeps within the terminal's width", () => {
    const state = {
      plan: samplePlan({ T1: [], T2: ["T1"] }),
      hash: "a".repeat(64),
      record: sampleRecord(),
      folded: [],
    };
    const pages = [formatPlanComment({ state, progress: [] }), formatPlanDetails({ state, progress: [] })];
    for (const page of pages) {
      const lines = markdownText(page, { ...plain, width: 100 }).split("\n");
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
    }
  });

  it("moves no cursor and hides nothing", () => {
    const text = markdownText("a\u001b[2Jb \u001b]0;title\u0007c \u202ed \u{e0041}e\r\nf", plain);
    expect(text).toBe("ab c d e f");
  });

  it("takes no time for what is built to take it", { timeout: 50_000 }, () => {
    for (const hostile of [">".repeat(30_000), "*a ".repeat(20_000), "- ".repeat(30_000), "[".repeat(60_000)]) {
      expect(markdownText(hostile, narrow).length).toBeGreaterThan(0);
    }
  });
});
