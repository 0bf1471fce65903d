import type { Command, Verb } from "../../wire/commands/command.ts";
import { quote } from "../../wire/commands/command.ts";

/** How a verb goes with others in one comment. */
type Company =
  /** Changes and answers: any number, in order, one revision. */
  | "any"
  /** Asks and changes nothing: beside everything. */
  | "asks"
  /** Decides on what somebody has read: not beside what changes it. */
  | "decides"
  /** Says how the plan is carried out and leaves it as it is: beside its like, and beside what decides. */
  | "steers"
  /** Alone but for what only asks. */
  | "alone";

const companies: Readonly<Record<Verb, Company>> = {
  plan: "any",
  add: "any",
  modify: "any",
  split: "any",
  remove: "any",
  assign: "any",
  edit: "any",
  amend: "any",
  answer: "any",
  approve: "decides",
  accept: "alone",
  undo: "alone",
  discuss: "alone",
  submit: "alone",
  cancel: "alone",
  pause: "steers",
  resume: "steers",
  stop: "steers",
  retry: "steers",
  priority: "any",
  view: "asks",
  plans: "asks",
  status: "asks",
  agents: "asks",
  help: "asks",
};

/** Why these commands cannot stand in one comment; undefined where they can. */
export function whyNotTogether(commands: readonly Command[]): string | undefined {
  const doing = commands.filter(({ verb }) => companies[verb] !== "asks");
  if (doing.length < 2) return undefined;
  const approval = doing.find(({ verb }) => verb === "approve");
  if (approval !== undefined && doing.some(changesBeside)) {
    return "an approval cannot stand beside commands that change the plan; write it in a comment of its own once you have read the result";
  }
  if (doing.filter(({ verb }) => verb === "approve").length > 1) return "one approval is enough; write /approve once";
  const alone = doing.find(({ verb }) => companies[verb] === "alone");
  if (alone !== undefined && doing.some((command) => command !== alone)) {
    const other = doing.find((command) => command !== alone);
    return `/${alone.verb} stands in a comment of its own; read \`/${quote(other?.verb ?? "")}\` beside it`;
  }
  const mixed = whyNotSteeredTogether(doing);
  if (mixed !== undefined) return mixed;
  const amends = doing.some(({ verb }) => verb === "amend");
  return amends && doing.some(({ verb }) => verb === "plan")
    ? "/plan makes a plan anew and /amend changes an approved one; write one of them"
    : undefined;
}

function changesBeside({ verb }: Command): boolean {
  return verb !== "answer" && verb !== "approve" && companies[verb] !== "steers";
}

/** These may mean the plan or its execution, whichever there is: they go with both. */
const either: readonly Verb[] = ["assign", "priority", "answer"];

/** A task that is changed and steered in one breath: nobody could say which of the two the rest rests on. */
function whyNotSteeredTogether(doing: readonly Command[]): string | undefined {
  const steers = doing.find(({ verb }) => companies[verb] === "steers");
  const changes = doing.find(({ verb }) => companies[verb] === "any" && !either.includes(verb));
  if (steers === undefined || changes === undefined) return undefined;
  return `/${steers.verb} steers the work and /${changes.verb} changes the plan; write them in comments of their own`;
}
