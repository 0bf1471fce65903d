import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ProcessLimits, SandboxFolders } from "../../src/ports/sandbox.ts";
import { noSandbox } from "../../src/sandbox/none.ts";
import { createProcesses } from "../../src/sandbox/processes.ts";
import { makeFolder } from "../git/origin.ts";
import { isGone } from "../support/is-gone.ts";

let folder: { path: string; remove(): Promise<void> };
let folders: SandboxFolders;

beforeEach(async () => {
  folder = await makeFolder();
  const path = (name: string) => join(folder.path, name);
  folders = { worktree: path("worktree"), home: path("home"), temp: path("temp"), readable: [] };
  for (const name of ["worktree", "home", "temp"]) await mkdir(path(name));
});
afterEach(() => folder.remove());

const processes = createProcesses(noSandbox, { graceMilliseconds: 300 });
const never = new AbortController().signal;

function shell(line: string, limits: Partial<ProcessLimits> = {}, signal = never) {
  const command = { file: "/bin/sh", args: ["-c", line], folders, env: {}, network: false };
  return processes.run(command, { timeoutMilliseconds: 20_000, keepBytes: 65_536, ...limits }, signal);
}

describe("a process", () => {
  it("tells its exit code and both streams, and reads no standard input", async () => {
    const outcome = await shell("cat; echo out; echo err >&2; exit 3");
    expect(outcome).toMatchObject({ kind: "exited", code: 3 });
    expect(outcome.output.split("\n").sort()).toEqual(["", "err", "out"]);
  });

  it("sees a clean environment with a home and a temporary folder of its own", async () => {
    process.env.PLANTED_SECRET = "canary";
    const outcome = await shell("env");
    delete process.env.PLANTED_SECRET;
    expect(outcome.output).not.toContain("canary");
    expect(outcome.output).toContain(`HOME=${folders.home}\n`);
    expect(outcome.output).toContain(`TMPDIR=${folders.temp}\n`);
  });

  it("that ignores TERM is killed with its whole group when its time is up", async () => {
    const outcome = await shell("trap '' TERM; (trap '' TERM; sleep 300) & echo $!; sleep 300", {
      timeoutMilliseconds: 500,
    });
    expect(outcome.kind).toBe("timed-out");
    expect(await isGone(Number(outcome.output))).toBe(true);
  });

  it("that says nothing for too long is stalled, and output keeps it alive", async () => {
    expect((await shell("echo a; sleep 300", { idleMilliseconds: 400 })).kind).toBe("stalled");
    const lively = "for i in 1 2 3 4 5 6; do echo $i; sleep 0.2; done";
    expect((await shell(lively, { idleMilliseconds: 3_000 })).kind).toBe("exited");
  });

  it("ends when asked to, also when it stopped itself", async () => {
    const controller = new AbortController();
    const outcome = shell("echo $$; kill -STOP $$", { onOutput: () => controller.abort() }, controller.signal);
    expect((await outcome).kind).toBe("stopped");
    expect(await isGone(Number((await outcome).output))).toBe(true);
  });

  it("leaves no daemon behind that went into a session of its own", async () => {
    const outcome = await shell("setsid sh -c 'echo $$; exec sleep 300' & sleep 0.5");
    expect(outcome.kind).toBe("exited");
    expect(await isGone(Number(outcome.output))).toBe(true);
  });

  it("that does not exist is not started, with the reason", async () => {
    const command = { file: "/no/such/program", args: [], folders, env: {}, network: false };
    const outcome = await processes.run(command, { timeoutMilliseconds: 1_000, keepBytes: 100 }, never);
    expect(outcome).toMatchObject({ kind: "not-started", reason: expect.stringContaining("ENOENT") });
  });

  it("that no system call can name is not started, rather than an error", async () => {
    expect(await shell("echo a\0b")).toMatchObject({
      kind: "not-started",
      reason: expect.stringContaining("null bytes"),
    });
  });

  it("may print 300 megabytes without a newline: first and last part are kept, memory stays bounded", async () => {
    const before = process.memoryUsage().rss;
    let peak = before;
    const outcome = await shell("printf begin; head -c 300000000 /dev/zero | tr '\\0' x; printf end", {
      keepBytes: 1024 * 1024,
      timeoutMilliseconds: 60_000,
      onOutput: () => {
        peak = Math.max(peak, process.memoryUsage.rss());
      },
    });
    expect(outcome.kind).toBe("exited");
    expect(outcome.output.startsWith("beginxxx")).toBe(true);
    expect(outcome.output.endsWith("xxxend")).toBe(true);
    expect(outcome.output).toContain("bytes left out");
    expect(outcome.output.length).toBeLessThan(2.1 * 1024 * 1024);
    expect(peak - before).toBeLessThan(200 * 1024 * 1024);
  });
});
