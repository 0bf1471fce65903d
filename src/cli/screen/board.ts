import type { createColors } from "picocolors";
import type { TaskReport } from "../../app/repositories.ts";
import type { TaskProgress } from "../../core/queue/progress.ts";

type Colors = ReturnType<typeof createColors>;

/** One line of the live view. */
export interface BoardTask extends TaskReport {
  /** What the agent said or did last. */
  readonly note?: string;
  /** Repository and issue of its plan, where tasks of several plans are shown: each plan has a T1. */
  readonly plan?: string;
}

export interface Board {
  readonly heading: string;
  readonly tasks: readonly BoardTask[];
  /** Seconds since the plan was approved. */
  readonly seconds: number;
}

const symbols: Readonly<Record<TaskProgress["state"], string>> = {
  planned: "○",
  queued: "○",
  running: "◐",
  review: "◕",
  merged: "◕",
  done: "●",
  dropped: "✗",
  failed: "✗",
  paused: "‖",
  blocked: "‖",
};

/** The board as text, every line at most `width` columns: tasks, who runs what, where it stands. */
export function formatBoard(board: Board, width: number, colors: Colors): string {
  const done = board.tasks.filter((task) => task.state === "done").length;
  const running = board.tasks.filter((task) => task.state === "running").length;
  const counts = `${done} of ${board.tasks.length} done, ${running} running, ${board.seconds} s`;
  const titleWidth = Math.min(44, Math.max(0, ...board.tasks.map((task) => task.title.length)));
  const lines = board.tasks.map((task) => formatTask(task, titleWidth, width, colors));
  return ["", colors.bold(cut(`${board.heading}  ${counts}`, width)), "", ...lines, ""].join("\n");
}

function formatTask(task: BoardTask, titleWidth: number, width: number, colors: Colors): string {
  const name = `${symbols[task.state]} ${task.key.padEnd(4)}${cut(task.title, titleWidth).padEnd(titleWidth)}  `;
  const line = `  ${name}${task.state.padEnd(8)}${detail(task)}`;
  return colorOf(task, colors)(cut(line, width));
}

/** Who and where while it runs, the pull request while it is reviewed, else why it waits. */
function detail(task: BoardTask): string {
  if (task.state === "running") return [task.worker, task.note ?? task.line].filter(Boolean).join("  ");
  if (task.state === "done" && task.pull) return `#${task.issue} by pull request #${task.pull.number}`;
  if (task.pull) return `pull request #${task.pull.number}: ${task.line}`;
  return task.line;
}

function colorOf(task: BoardTask, colors: Colors): (text: string) => string {
  switch (task.state) {
    case "done":
      return colors.green;
    case "running":
      return colors.cyan;
    case "review":
    case "merged":
      return colors.yellow;
    case "failed":
    case "dropped":
      return colors.red;
    default:
      return colors.dim;
  }
}

function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}
