import { Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import type { ListedPlan } from "../../../src/cli/client/hub.ts";
import { watch } from "../../../src/cli/run/watch.ts";
import { CoppiceError } from "../../../src/core/errors.ts";

const done: ListedPlan = {
  repository: "octo/sample",
  issue: 1,
  goal: "Greet people",
  status: { kind: "approved" },
  progress: [{ key: "T1", title: "Greet", state: "done", ready: false, attempts: 3, line: "" }],
};
const running = (issue: number): ListedPlan => ({
  ...done,
  issue,
  progress: [
    { key: "T1", title: `Greet ${issue}`, state: "running", ready: false, moves: true, attempts: 3, line: "" },
  ],
});
const away = new CoppiceError("forge-unavailable", "the hub at http://hub.test cannot be reached: no answer");

/** A hub that answers in this order, and then always the last. */
function hub(...answers: (readonly ListedPlan[] | Error)[]) {
  let asked = 0;
  return {
    plans: async () => {
      const answer = answers[Math.min(asked++, answers.length - 1)] ?? [];
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
}

function output() {
  let text = "";
  const stream = new Writable({
    write(chunk, _, next) {
      text += chunk;
      next();
    },
  });
  return { out: Object.assign(stream, { isTTY: false }) as unknown as NodeJS.WriteStream, text: () => text };
}

const ending = new AbortController().signal;
const watching = { pause: 1, idlePause: 1, away: 60_000 };

describe("watching the hub", () => {
  it("outlives a hub that is away for a moment, and says so once for each time", async () => {
    const { out, text } = output();
    const fails = hub([running(1)], away, away, [running(1)], away, [done]);
    const end = await watch(fails, { untilIdle: true, ending, out, watching });
    expect(end).toEqual({ kind: "idle", waiting: 0, failed: 0 });
    expect(text().match(/the hub at http:\/\/hub\.test cannot be reached: no answer; waiting for it\n/g)).toHaveLength(
      2,
    );
  });

  it("ends when the hub has been away for long, and at once when it does not take the token", async () => {
    const { out } = output();
    const impatient = { untilIdle: true, ending, out, watching: { pause: 1, idlePause: 1, away: 5 } };
    await expect(watch(hub([done], away), impatient)).rejects.toBe(away);
    const wrong = new CoppiceError("bad-input", "the hub does not accept this token");
    await expect(watch(hub(wrong), { ...impatient, watching })).rejects.toBe(wrong);
  });

  it("looks sooner again where nothing goes on any more, and ends when that stays so", async () => {
    const { out } = output();
    const slow = { pause: 3_600_000, idlePause: 1, away: 60_000 };
    const end = await watch(hub([done]), { untilIdle: true, ending, out, watching: slow });
    expect(end).toEqual({ kind: "idle", waiting: 0, failed: 0 });
  });

  it("ends when it is told to, also while the hub is away", async () => {
    const stop = new AbortController();
    const asked = { plans: () => Promise.reject(away).finally(() => stop.abort()) };
    const { out } = output();
    expect(await watch(asked, { untilIdle: true, ending: stop.signal, out, watching })).toBeUndefined();
  });
});
