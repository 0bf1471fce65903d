import { describe, expect, it } from "vitest";
import type { ListedPlan, ReportedTask } from "../../../src/cli/client/hub.ts";
import { idleness } from "../../../src/cli/run/idle.ts";

function task(state: ReportedTask["state"], more: Partial<ReportedTask> = {}): ReportedTask {
  return { key: "T1", title: "", state, ready: false, attempts: 3, line: "", ...more };
}

function approved(...progress: ReportedTask[]): Pick<ListedPlan, "status" | "progress"> {
  return { status: { kind: "approved" }, progress };
}

describe("there is work to wait for", () => {
  it.each([
    ["a task runs", approved(task("running", { moves: true }), task("failed"))],
    ["a task is ready", approved(task("queued", { ready: true, moves: true }))],
    ["a task waits for time", approved(task("failed"), task("queued", { moves: true }))],
    ["an approved plan has not been looked at", approved()],
  ])("when %s", (_, plan) => {
    expect(idleness([approved(task("done")), plan])).toEqual({ kind: "busy" });
  });
});

describe("nothing is left to wait for", () => {
  it("when there is no plan, or only drafts and plans that ended", () => {
    const kinds = ["draft", "cancelled", "done"] as const;
    const plans = kinds.map((kind) => ({ status: { kind }, progress: [] }));
    expect(idleness([])).toEqual({ kind: "idle", waiting: 0, failed: 0 });
    expect(idleness(plans)).toEqual({ kind: "idle", waiting: 0, failed: 0 });
  });

  it("when what is left waits for people, which is no failure", () => {
    const plan = approved(task("done"), task("review"), task("queued"), task("paused"));
    expect(idleness([plan])).toEqual({ kind: "idle", waiting: 3, failed: 0 });
  });

  it("when what is left has failed or waits for what has", () => {
    const plan = approved(task("failed"), task("blocked"), task("dropped"), task("review"));
    expect(idleness([plan])).toEqual({ kind: "idle", waiting: 1, failed: 3 });
  });
});
