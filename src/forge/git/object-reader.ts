import { spawn } from "node:child_process";
import { sep } from "node:path";
import { batchAnswers, type GitObject, type ObjectInfo } from "./batch-answers.ts";
import { fixedConfig, gitEnvironment } from "./run.ts";

/** The object a revision (`<oid>`, `<oid>^{tree}`, `<oid>:path`) names, without its content. */
export async function objectInfo(folder: string, revision: string): Promise<ObjectInfo | undefined> {
  return readable(revision) ? sessionFor(folder).ask("info", revision) : undefined;
}

/** The object a revision names, content and all; at most 256 MiB. */
export async function readObject(folder: string, revision: string): Promise<GitObject | undefined> {
  return readable(revision) ? sessionFor(folder).ask("contents", revision) : undefined;
}

/** Ends the readers of all repositories below a folder. */
export function endReaders(root: string): void {
  for (const [folder, session] of sessions) if (folder.startsWith(root + sep)) session.end();
}

// An idle process is ended after this long, so that many repositories do not mean many processes. Milliseconds.
const idleTime = 30_000;
const answerTime = 60_000;
// git keeps what it has parsed, so a process is replaced after this many questions.
const mostQuestions = 50_000;

// A question is a line.
const readable = (revision: string) => !/[\n\0]/.test(revision);

/** A process per question costs the forge's one thread milliseconds; one that stays answers in a fraction of one. */
const sessions = new Map<string, Session>();

interface Session {
  ask(command: "info" | "contents", revision: string): Promise<GitObject | undefined>;
  end(): void;
}

function sessionFor(folder: string): Session {
  const session = sessions.get(folder) ?? startSession(folder);
  sessions.set(folder, session);
  return session;
}

function startSession(folder: string): Session {
  const child = spawn("git", [...fixedConfig, `--git-dir=${folder}`, "cat-file", "--batch-command"], {
    env: gitEnvironment(),
    cwd: "/",
    stdio: ["pipe", "pipe", "ignore"],
  });
  const answers = batchAnswers();
  let asked = 0;
  let timer: NodeJS.Timeout | undefined;
  const end = () => {
    clearTimeout(timer);
    if (sessions.get(folder) === session) sessions.delete(folder);
    child.stdin.end();
  };
  const lost = (reason: string) => {
    end();
    answers.fail(new Error(`git cat-file ${reason}`));
  };
  const wait = () => {
    clearTimeout(timer);
    if (answers.waiting() > 0) timer = setTimeout(() => child.kill("SIGKILL"), answerTime);
    else if (asked >= mostQuestions) end();
    else timer = setTimeout(end, idleTime).unref();
  };
  child.on("error", (error) => lost(`could not be run: ${error.message}`));
  child.on("close", () => lost("ended"));
  child.stdin.on("error", () => undefined);
  child.stdout.on("data", (chunk: Buffer) => {
    if (!answers.take(chunk)) child.kill("SIGKILL");
    wait();
  });
  const session: Session = {
    ask: (command, revision) => {
      asked += 1;
      const answer = answers.next(command);
      child.stdin.write(`${command} ${revision}\n`);
      wait();
      return answer;
    },
    end,
  };
  return session;
}
