import type { TaskOffer } from "../ports/dispatch.ts";

/** The task as its agent reads it: `.coppice/task.md`. */
export function formatBrief(offer: TaskOffer): string {
  const { task } = offer;
  return [
    `# ${task.key}: ${task.title}`,
    task.description,
    section("Acceptance", task.acceptance.map(bullet)),
    section("Likely to change", task.touches.map(bullet)),
    section("You work as", [task.specialist]),
    section("Part of the goal", [offer.goal]),
    section(
      "Your change is checked with",
      [...offer.setup, ...offer.verify].map((line) => `- \`${line}\``),
    ),
    section(
      "Results of earlier tasks, in `.coppice/context/`",
      offer.context.map(({ path }) => bullet(path)),
    ),
    section(
      "Earlier attempts failed; do better",
      offer.lease.failures.map(({ kind, message }) => bullet(`${kind}: ${message}`)),
    ),
    section("When you are done", [
      "Leave what you changed in the worktree (no commit is needed) and a short account of it in `.coppice/out/result.md`.",
    ]),
  ]
    .filter(Boolean)
    .join("\n\n")
    .concat("\n");
}

/** The same for programs: `.coppice/task.json`. */
export function formatTaskJson(offer: TaskOffer): string {
  const { plan, issue, goal, task, context, lease } = offer;
  const files = context.map(({ path }) => path);
  return `${JSON.stringify({ plan, issue, goal, task, context: files, failures: lease.failures }, null, 2)}\n`;
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? "" : `## ${title}\n${lines.join("\n")}`;
}

function bullet(text: string): string {
  return `- ${text}`;
}
