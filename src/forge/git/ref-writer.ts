import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { isRefName, zeroOid } from "./names.ts";
import { fixedConfig, git, gitEnvironment } from "./run.ts";

/** One ref to move. */
export interface RefUpdate {
  /** Full name. */
  readonly name: string;
  /** Value it must have now; zeros mean it must be absent, undefined means anything. */
  readonly before: string | undefined;
  /** New value; zeros delete it. */
  readonly after: string;
}

export type RefOutcome = { readonly kind: "updated" } | { readonly kind: "refused"; readonly reason: string };

/** Moves the refs of one repository by compare-and-swap. */
export interface RefWriter {
  /** All of the updates, or none. */
  update(updates: readonly RefUpdate[]): Promise<RefOutcome>;
  stop(): void;
}

// An idle process is ended after this long, so that many repositories do not mean many processes. Milliseconds.
const idleTime = 30_000;
const transactionTime = 30_000;
// Each ref that moved is a file of its own until refs are packed, and thousands of files make every listing slow.
const packAfter = 1_000;

/** Keeps one `git update-ref --stdin` alive: a process per update would be thirty times slower. */
export function refWriter(folder: string): RefWriter {
  let session: Session | undefined;
  let turn: Promise<unknown> = Promise.resolve();
  let idle: NodeJS.Timeout | undefined;
  const end = () => {
    session?.end();
    session = undefined;
  };

  let unpacked = 0;

  const run = async (updates: readonly RefUpdate[]): Promise<RefOutcome> => {
    clearTimeout(idle);
    session ??= startSession(folder);
    const outcome = await session.commit(updates);
    // A failed transaction ends the process with 128; the next update starts another.
    if (outcome.kind === "refused") end();
    unpacked += updates.length;
    if (unpacked >= packAfter) {
      unpacked = 0;
      await git(folder, ["pack-refs", "--all"]);
    }
    idle = setTimeout(end, idleTime).unref();
    return outcome;
  };

  return {
    update: (updates) => {
      const unusable = updates.find((update) => !isRefName(update.name));
      if (unusable !== undefined) return Promise.resolve({ kind: "refused", reason: `bad ref name ${unusable.name}` });
      const result = turn.then(() => run(updates));
      turn = result.catch(() => undefined);
      return result;
    },
    stop: () => {
      clearTimeout(idle);
      end();
    },
  };
}

interface Session {
  commit(updates: readonly RefUpdate[]): Promise<RefOutcome>;
  end(): void;
}

function startSession(folder: string): Session {
  const child = spawn("git", [...fixedConfig, `--git-dir=${folder}`, "update-ref", "--stdin"], {
    env: gitEnvironment(),
    cwd: "/",
  });
  let stderr = "";
  let settle: (outcome: RefOutcome) => void = () => undefined;
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr = (stderr + text).slice(-4096);
  });
  child.stdin.on("error", () => undefined);
  child.on("error", (error) => settle({ kind: "refused", reason: error.message }));
  child.on("close", () => settle({ kind: "refused", reason: stderr.trim() || "git update-ref ended" }));
  createInterface({ input: child.stdout }).on("line", (line) => {
    if (line === "commit: ok") settle({ kind: "updated" });
  });
  return {
    commit: (updates) => commit(child, updates, (next) => (settle = next)),
    end: () => {
      child.stdin.end();
    },
  };
}

function commit(
  child: ChildProcessWithoutNullStreams,
  updates: readonly RefUpdate[],
  listen: (settle: (outcome: RefOutcome) => void) => void,
): Promise<RefOutcome> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill("SIGKILL"), transactionTime);
    listen((outcome) => {
      clearTimeout(timer);
      resolve(outcome);
    });
    if (child.exitCode !== null) return resolve({ kind: "refused", reason: "git update-ref ended" });
    child.stdin.write(`start\n${updates.map(instruction).join("")}prepare\ncommit\n`);
  });
}

function instruction({ name, before, after }: RefUpdate): string {
  const expected = before === undefined ? "" : ` ${before}`;
  return after === zeroOid
    ? `delete ${name}${before === zeroOid ? "" : expected}\n`
    : `update ${name} ${after}${expected}\n`;
}
