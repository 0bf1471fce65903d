import { createInterface, type Interface } from "node:readline";

/** A person's lines at the terminal, one question at a time; what was typed ahead answers the next question. */
export interface Lines {
  /** The line without its end; undefined at the end of input. Rejects with Interrupted at Ctrl-C. */
  ask(question: string): Promise<string | undefined>;
  /** Lets another program have the terminal meanwhile. */
  aside<Answer>(run: () => Promise<Answer>): Promise<Answer>;
  close(): void;
}

/** Ctrl-C while a question was open. */
export class Interrupted extends Error {
  constructor() {
    super("interrupted");
    this.name = "Interrupted";
  }
}

export function openLines(
  input: NodeJS.ReadStream = process.stdin,
  output: NodeJS.WriteStream = process.stdout,
): Lines {
  const state: State = { input, output, typed: [], ended: false };
  state.current = openInterface(state);
  return {
    ask: (question) => ask(state, question),
    async aside(run) {
      shut(state);
      try {
        return await run();
      } finally {
        state.current = openInterface(state);
      }
    },
    close: () => shut(state),
  };
}

interface State {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
  /** Lines nobody has asked for yet. */
  readonly typed: string[];
  ended: boolean;
  /** Whoever has asked. */
  waiter?: { readonly take: (line: string | undefined) => void; readonly refuse: (reason: Error) => void };
  current?: Interface;
}

function ask(state: State, question: string): Promise<string | undefined> {
  const ahead = state.typed.shift();
  if (ahead !== undefined) {
    state.output.write(`${question}${ahead}\n`);
    return Promise.resolve(ahead);
  }
  if (state.ended) return Promise.resolve(undefined);
  return new Promise((take, refuse) => {
    state.waiter = { take, refuse };
    state.current?.setPrompt(question);
    state.current?.prompt();
  });
}

function openInterface(state: State): Interface {
  const { input, output } = state;
  const opened = createInterface({ input, output });
  opened.on("line", (line) => give(state, line));
  opened.on("SIGINT", () => interrupt(state));
  opened.on("close", () => {
    if (state.current !== opened) return;
    state.ended = true;
    give(state, undefined);
  });
  return opened;
}

function give(state: State, line: string | undefined): void {
  const { waiter } = state;
  state.waiter = undefined;
  if (waiter !== undefined) waiter.take(line);
  else if (line !== undefined) state.typed.push(line);
}

/** Without a question the program itself is interrupted, as it would be without a line editor. */
function interrupt(state: State): void {
  const { waiter } = state;
  if (waiter === undefined) return void process.kill(process.pid, "SIGINT");
  state.waiter = undefined;
  state.output.write("\n");
  waiter.refuse(new Interrupted());
}

function shut(state: State): void {
  const closing = state.current;
  state.current = undefined;
  closing?.close();
}
