import { Writable } from "node:stream";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { BoardTask } from "../../../src/cli/screen/board.ts";
import { startLiveView } from "../../../src/cli/screen/live-view.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("writes one line for each state of a task, also where two plans have a task of the same key", () => {
  const lines: string[] = [];
  const stream = new Writable({
    write(chunk, _, next) {
      lines.push(
        String(chunk)
          .replace(/^ *\d+ s +/, "")
          .trimEnd(),
      );
      next();
    },
  });
  const out = Object.assign(stream, { isTTY: false }) as unknown as NodeJS.WriteStream;
  const task = (plan: number, state: BoardTask["state"]): BoardTask => ({
    ...{ plan: `octo/sample#${plan}`, key: "T1", title: `#${plan} Greet`, state, ready: false, attempts: 3, line: "" },
  });
  let tasks = [task(1, "running"), task(2, "running")];
  const view = startLiveView({ heading: "Work", look: () => tasks, out, subscribe: () => () => {} });
  vi.advanceTimersByTime(1_000);
  tasks = [task(1, "done"), task(2, "running")];
  vi.advanceTimersByTime(1_000);
  view.stop();
  expect(lines).toEqual(["T1 running: #1 Greet", "T1 running: #2 Greet", "T1 done: #1 Greet"]);
});
