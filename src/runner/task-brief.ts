import type { TaskOffer } from "../ports/dispatch.ts";
import type { EarlierWork } from "../ports/workspaces.ts";

/** The task as its agent reads it: `.coppice/task.md`. */
export function formatBrief(offer: TaskOffer, earlier?: EarlierWork): string {
  const { task } = offer;
  return [
    `# ${task.key}: ${task.title}`,
    task.description,
    section("Acceptance", task.acceptance.map(bullet)),
    section("Likely to change", task.touches.map(bullet)),
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
    section(
      "What an earlier attempt had when it was last saved",
      earlier === undefined
        ? []
        : [`\`${earlier.path}\`: a patch, unfinished and checked by nobody. Use of it what is good.`],
    ),
    section("When you are done", [
      "Leave what you changed in the worktree (no commit is needed) and a short account of it in `.coppice/out/result.md`.",
    ]),
    section("You work as", workAs(offer)),
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

/** Last, so that nothing in it can end or hide what stands above. */
function workAs({ task, specialist }: TaskOffer): readonly string[] {
  if (specialist === undefined || specialist.instructions === "") return [task.specialist];
  const priority = "How such a one works. Where it differs from the task or the rules above, those count.";
  return [specialist.name, "", priority, "", lowerHeadings(specialist.instructions)];
}

/** Headings of somebody else's text stay below the section's own; what looks like one inside a code block is none. */
function lowerHeadings(text: string): string {
  let fence: string | undefined;
  return text
    .split("\n")
    .map((line) => {
      const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
      if (fence === undefined && mark !== undefined) fence = mark;
      else if (mark !== undefined && fence !== undefined && mark.startsWith(fence)) fence = undefined;
      return fence === undefined ? line.replace(/^( {0,3})(#{1,4})(?=\s|$)/, "$1##$2") : line;
    })
    .join("\n");
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? "" : `## ${title}\n${lines.join("\n")}`;
}

function bullet(text: string): string {
  return `- ${text}`;
}
