import { createLogUpdate } from "log-update";
import { createColors } from "picocolors";
import type { HubEvent } from "../../hub/events.ts";
import { type Board, type BoardTask, formatBoard } from "./board.ts";

/** How often the screen is drawn at most, milliseconds. */
const period = 200;

export interface LiveViewOptions {
  readonly heading: string;
  /** The tasks as they are now; empty before there is a plan. */
  readonly look: () => readonly BoardTask[];
  readonly out: NodeJS.WriteStream;
  /** Calls back for every hub event; gives the function that ends it. */
  readonly subscribe: (listener: (event: HubEvent) => void) => () => void;
}

export interface LiveView {
  /** A line above the board that stays. */
  say(line: string): void;
  /** What ran at the same time at most. */
  readonly mostAtOnce: number;
  stop(): void;
}

/** On a terminal a board that is redrawn; elsewhere one line for each change of a task's state. */
export function startLiveView(options: LiveViewOptions): LiveView {
  const { out, subscribe } = options;
  const notes = new Map<number, string>();
  const unsubscribe = subscribe((event) => {
    if (event.kind === "run-progress") notes.set(event.run.issue, event.note);
  });
  const show = out.isTTY ? boardOn(out) : linesOn(out);
  const started = Date.now();
  let mostAtOnce = 0;
  const draw = () => {
    const tasks = options.look().map((task) => ({ ...task, note: notes.get(task.issue ?? 0) || undefined }));
    mostAtOnce = Math.max(mostAtOnce, tasks.filter(({ state }) => state === "running").length);
    show.draw({ heading: options.heading, tasks, seconds: Math.round((Date.now() - started) / 1_000) });
  };
  const timer = setInterval(draw, period);
  return {
    say: show.say,
    get mostAtOnce() {
      return mostAtOnce;
    },
    stop() {
      clearInterval(timer);
      unsubscribe();
      draw();
      show.end();
    },
  };
}

interface Show {
  draw(board: Board): void;
  say(line: string): void;
  end(): void;
}

function boardOn(out: NodeJS.WriteStream): Show {
  const update = createLogUpdate(out);
  const colors = createColors(out.hasColors?.() ?? false);
  return {
    draw: (board) => board.tasks.length > 0 && update(formatBoard(board, out.columns ?? 80, colors)),
    say(line) {
      update.clear();
      out.write(`${line}\n`);
    },
    end: () => update.done(),
  };
}

function linesOn(out: NodeJS.WriteStream): Show {
  const shown = new Map<string, string>();
  return {
    draw({ tasks, seconds }) {
      for (const task of tasks) {
        const line = lineOf(task);
        const name = `${task.plan ?? ""}/${task.key}`;
        if (shown.get(name) === line) continue;
        shown.set(name, line);
        out.write(`${`${seconds}`.padStart(4)} s  ${line}\n`);
      }
    },
    say: (line) => void out.write(`${line}\n`),
    end() {},
  };
}

/** Nothing that flickers: a line is written once for each state, worker and pull request, with the reason where something went wrong. */
function lineOf({ key, title, state, worker, pull, attempt, line }: BoardTask): string {
  const who = state === "running" && worker ? ` on ${worker}` : "";
  const where = pull === undefined ? "" : `, pull request #${pull.number}`;
  const wentWrong = state === "failed" || state === "blocked" || (state === "queued" && attempt !== undefined);
  return `${key} ${state}${who}${where}: ${title}${wentWrong ? ` (${line})` : ""}`;
}
