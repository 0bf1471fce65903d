import { describe, expect, it } from "vitest";
import { networkTimeout } from "../../src/git/mirror.ts";
import { gitMargin } from "../../src/github/tokens.ts";
import type { WorkerFrame } from "../../src/wire/frames/frames.ts";
import { workerFrame } from "../../src/wire/frames/frames.ts";
import { createGitToken, oldAfter } from "../../src/worker/git-token.ts";
import { createRunVoice } from "../../src/worker/run-voice.ts";

function listen(isOpen: () => boolean = () => true) {
  const frames: WorkerFrame[] = [];
  const voice = createRunVoice({
    run: "run-1",
    secrets: () => ["known-secret-value"],
    send: (frame) => isOpen() && frames.push(workerFrame.parse(frame)) > 0,
  });
  const logged = () => frames.flatMap((frame) => (frame.kind === "run-log" ? [frame.text] : []));
  return { frames, voice, logged };
}

describe("a run's voice", () => {
  it("joins output into frames that fit, in order, and loses nothing below the limit", () => {
    const { voice, logged } = listen();
    const lines = Array.from({ length: 20_000 }, (_, index) => `line ${index}\n`);
    for (const line of lines) voice.log(line);
    voice.end();
    expect(logged().join("")).toBe(lines.join(""));
    expect(Math.max(...logged().map((text) => text.length))).toBeLessThanOrEqual(60_000);
    expect(logged().length).toBeLessThan(10);
  });

  it("keeps what is said while nobody listens, up to a limit, and says how much is missing", () => {
    let open = false;
    const { voice, logged } = listen(() => open);
    for (let turn = 0; turn < 1_000; turn += 1) voice.log("x".repeat(1_000));
    voice.flush();
    open = true;
    voice.end();
    expect(logged().join("")).toMatch(/^x{300000}\n… 700000 characters left out …\n$/);
  });

  it("blots secrets out of output and notes", () => {
    const { voice, frames } = listen();
    voice.log("a known-secret-value b");
    voice.progress("working", `run_command\necho known-secret-value ${"y".repeat(900)}`);
    voice.end();
    expect(JSON.stringify(frames)).not.toContain("known-secret-value");
    expect(frames).toHaveLength(2);
  });

  it("blots out a secret that lies where output is cut into frames", () => {
    const { voice, logged } = listen();
    voice.log(`${"x".repeat(59_991)} known-secret-value ghs_0123456789012345678901234567890`);
    voice.end();
    expect(logged().join("")).toBe(`${"x".repeat(59_991)} *** ***`);
  });

  it("tells every phase, though only the newest note of each", () => {
    const { voice, frames } = listen();
    voice.progress("working", "one");
    voice.progress("working", "two");
    voice.progress("verifying", "three");
    voice.end();
    expect(frames.map((frame) => frame.kind === "run-progress" && `${frame.phase} ${frame.note}`)).toEqual([
      "working two",
      "verifying three",
    ]);
  });
});

describe("a git token", () => {
  it("that the hub hands out for the last time still holds for the longest call that begins before it is asked for anew", () => {
    expect(oldAfter + networkTimeout).toBeLessThanOrEqual(gitMargin);
  });

  it("is asked for anew after 10 minutes, and the old one serves when no answer comes", async () => {
    let now = 0;
    let asked = 0;
    let answer: (() => void) | undefined;
    const clock = {
      now: () => now,
      monotonic: () => now,
      sleep: (_: number, signal?: AbortSignal) =>
        new Promise<void>((resolve, reject) => {
          if (!answer) return resolve();
          signal?.addEventListener("abort", () => reject(signal.reason));
          answer();
        }),
    };
    const token = createGitToken(clock, () => {
      asked += 1;
    });
    expect(await token.get()).toBeUndefined();
    token.set("first");
    now = 9 * 60_000;
    expect(await token.get()).toBe("first");
    now = 11 * 60_000;
    expect(await token.get()).toBe("first");
    expect(asked).toBe(1);
    answer = () => token.set("second");
    expect(await token.get()).toBe("second");
    expect([...token.seen]).toEqual(["first", "second"]);
    now = 3 * 60 * 60_000;
    token.set("third");
    expect([...token.seen]).toEqual(["third"]);
  });

  it("that arrives serves all who wait for it", async () => {
    let now = 0;
    const clock = {
      now: () => now,
      monotonic: () => now,
      sleep: (_: number, signal?: AbortSignal) =>
        new Promise<void>((_resolve, reject) => signal?.addEventListener("abort", () => reject(signal.reason))),
    };
    const token = createGitToken(clock, () => undefined);
    token.set("first");
    now = oldAfter + 1;
    const waiting = Promise.all([token.get(), token.get()]);
    token.set("second");
    expect(await waiting).toEqual(["second", "second"]);
  });
});

describe("a run's voice that is not heard", () => {
  it("keeps the beginning and leaves the rest out, however often it tries", () => {
    let open = false;
    const { voice, logged } = listen(() => open);
    for (let turn = 0; turn < 400; turn += 1) {
      voice.log(turn === 399 ? "z".repeat(5_000) : "x".repeat(1_000));
      voice.flush();
    }
    open = true;
    voice.end();
    expect(logged().join("")).toMatch(/^x{300000}\n… 104000 characters left out …\n$/);
  });
});
