import { createInterface, type Interface } from "node:readline";

/** A person's lines at the terminal, one question at a time; what was typed ahead answers the next question. */
export interface Lines {
  /** The line without its end; undefined at the end of input. An interruption rejects with `Interrupted`. */
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

interface Waiter {
  readonly take: (line: string | undefined) => void;
  readonly refuse: (reason: Error) => void;
}

export function openLines(
  input: NodeJS.ReadStream = process.stdin,
  output: NodeJS.WriteStream = process.stdout,
): Lines {
  const typed: string[] = [];
  let waiter: Waiter | undefined;
  let ended = false;
  let current: Interface | undefined;

  const give = (line: string | undefined) => {
    const waiting = waiter;
    waiter = undefined;
    if (waiting !== undefined) waiting.take(line);
    else if (line !== undefined) typed.push(line);
  };
  const open = () => {
    const opened = createInterface({ input, output, historySize: 100 });
    opened.on("line", give);
    opened.on("SIGINT", () => {
      // Without a question the program itself is interrupted, as without a line editor.
      if (waiter === undefined) return void process.kill(process.pid, "SIGINT");
      const { refuse } = waiter;
      waiter = undefined;
      output.write("\n");
      refuse(new Interrupted());
    });
    opened.on("close", () => {
      if (current !== opened) return;
      ended = true;
      give(undefined);
    });
    return opened;
  };
  current = open();

  const shut = () => {
    const closing = current;
    current = undefined;
    closing?.close();
  };
  return {
    ask(question) {
      const ahead = typed.shift();
      if (ahead !== undefined) {
        output.write(`${question}${ahead}\n`);
        return Promise.resolve(ahead);
      }
      if (ended) return Promise.resolve(undefined);
      return new Promise((take, refuse) => {
        waiter = { take, refuse };
        current?.setPrompt(question);
        current?.prompt();
      });
    },
    async aside(run) {
      shut();
      try {
        return await run();
      } finally {
        current = open();
      }
    },
    close: shut,
  };
}
