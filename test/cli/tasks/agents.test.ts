import { createColors } from "picocolors";
import { describe, expect, it } from "vitest";
import { formatWorkers } from "../../../src/cli/tasks/agents.ts";

const plainScreen = { colors: createColors(false) };
const worker = { id: "worker-1", connected: true, slots: 2, free: 1, draining: false, agents: ["anthropic"] };

describe("what coppice agents shows", () => {
  it("is one line a worker, those that are connected first, with what each does", () => {
    const workers = [
      { ...worker, id: "gone", connected: false },
      { ...worker, id: "worker-2", draining: true },
      worker,
    ];
    const running = [{ plan: 12, key: "T3", worker: "worker-1", agent: "anthropic", line: "verifying" }];
    const lines = formatWorkers(workers, running, plainScreen)
      .split("\n")
      .map((line) => line.trim().replace(/ {2,}/g, " | "));
    expect(lines).toEqual([
      "Worker | State | Free | Agents | Does",
      "worker-2 | takes nothing more | 1 of 2 | anthropic",
      "worker-1 | connected | 1 of 2 | anthropic | 12/T3 anthropic: verifying",
      "gone | away | anthropic",
    ]);
  });

  it("says how one is started where there is none", () => {
    expect(formatWorkers([], [], plainScreen)).toBe("No worker is known: coppice run --agent … starts one.");
  });
});
