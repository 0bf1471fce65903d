import { createColors } from "picocolors";
import { describe, expect, it } from "vitest";
import { type BoardTask, formatBoard } from "../../../src/cli/screen/board.ts";

const plain = createColors(false);

const waiting: BoardTask = {
  key: "T2",
  title: "Paint it",
  state: "queued",
  ready: false,
  attempts: 3,
  line: "waits for T1",
};
const running: BoardTask = {
  ...waiting,
  key: "T1",
  title: "Build it",
  state: "running",
  worker: "local-1",
  note: "writing src/house.js",
  line: "working",
};

describe("the board", () => {
  it("counts, and says who does what and why the rest waits", () => {
    const text = formatBoard({ heading: "house", tasks: [running, waiting], seconds: 7 }, 100, plain);
    expect(text).toContain("house  0 of 2 done, 1 running, 7 s");
    expect(text).toMatch(/T1 +Build it +running +local-1 {2}writing src\/house\.js/);
    expect(text).toMatch(/T2 +Paint it +queued +waits for T1/);
  });

  it("names issue and pull request of what is done", () => {
    const done: BoardTask = { ...running, state: "done", issue: 4, pull: { number: 9, url: "http://x/9" } };
    expect(formatBoard({ heading: "house", tasks: [done], seconds: 1 }, 100, plain)).toContain("#4 by pull request #9");
  });

  it("keeps every line within the width", () => {
    const long = { ...running, title: "A title that goes on and on ".repeat(5), note: "and a note as well ".repeat(9) };
    for (const width of [20, 40, 80, 200]) {
      const lines = formatBoard({ heading: "house", tasks: [long, waiting], seconds: 1 }, width, plain).split("\n");
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
    }
  });
});
