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
  view: "asks",
  plans: "asks",
  status: "asks",
  help: "asks",
};

/** Why these commands cannot stand in one comment; undefined where they can. */
export function whyNotTogether(commands: readonly Command[]): string | undefined {
  const doing = commands.filter(({ verb }) => companies[verb] !== "asks");
  if (doing.length < 2) return undefined;
  const approval = doing.find(({ verb }) => verb === "approve");
  if (approval !== undefined && doing.some(({ verb }) => verb !== "answer" && verb !== "approve")) {
    return "an approval cannot stand beside commands that change the plan; write it in a comment of its own once you have read the result";
  }
  if (doing.filter(({ verb }) => verb === "approve").length > 1) return "one approval is enough; write /approve once";
  const alone = doing.find(({ verb }) => companies[verb] === "alone");
  if (alone !== undefined && doing.some((command) => command !== alone)) {
    const other = doing.find((command) => command !== alone);
    return `/${alone.verb} stands in a comment of its own; read \`/${quote(other?.verb ?? "")}\` beside it`;
  }
  const amends = doing.some(({ verb }) => verb === "amend");
  return amends && doing.some(({ verb }) => verb === "plan")
    ? "/plan makes a plan anew and /amend changes an approved one; write one of them"
    : undefined;
}
