import type { Refused } from "../../core/plan/refuse.ts";
import { refuse } from "../../core/plan/refuse.ts";
import type { Priority, TaskKey } from "../../core/task/task.ts";

/** What a person asked for, one line of a comment with the fenced block below it, if there is one. */
export type Command =
  /** Without a plan the text is the goal; with one it is guidance for planning again. */
  | { readonly verb: "plan"; readonly text?: string }
  | { readonly verb: "discuss"; readonly text: string }
  | { readonly verb: "answer"; readonly question: number; readonly text: string }
  | ({ readonly verb: "add"; readonly title: string; readonly description?: string } & TaskOptions)
  | ({ readonly verb: "modify"; readonly key: TaskKey; readonly title?: string; readonly text?: string } & TaskOptions)
  | { readonly verb: "split"; readonly key: TaskKey; readonly into?: number; readonly text?: string }
  | { readonly verb: "remove"; readonly key: TaskKey }
  /** The name of a specialist or of an agent. */
  | { readonly verb: "assign"; readonly key: TaskKey; readonly name: string }
  /** Without YAML: show the plan as text, to be copied and changed. */
  | { readonly verb: "edit"; readonly yaml?: string }
  | { readonly verb: "accept"; readonly proposal?: number }
  | { readonly verb: "undo"; readonly steps?: number; readonly revision?: number }
  /** Absent: the other commands of the comment are the changes. */
  | { readonly verb: "amend"; readonly change?: ChangeCommand }
  | { readonly verb: "approve"; readonly revision?: number; readonly anyway: boolean }
  | ({ readonly verb: "submit"; readonly title: string; readonly description?: string } & TaskOptions)
  | { readonly verb: "submit"; readonly decompose: string }
  | { readonly verb: "cancel" }
  /** Without a task: the whole plan. */
  | { readonly verb: "pause"; readonly key?: TaskKey }
  | { readonly verb: "resume"; readonly key?: TaskKey }
  | { readonly verb: "stop"; readonly key: TaskKey }
  | { readonly verb: "retry"; readonly key: TaskKey; readonly agent?: string }
  | { readonly verb: "priority"; readonly key: TaskKey; readonly priority: Priority }
  | { readonly verb: "view" }
  | { readonly verb: "plans" }
  | { readonly verb: "status" }
  | { readonly verb: "agents" }
  | { readonly verb: "help" };

export type Verb = Command["verb"];

/** What may stand after `/amend`. */
export type ChangeCommand = Extract<
  Command,
  { verb: "add" | "modify" | "split" | "remove" | "assign" | "priority" | "edit" }
>;

/** What stands after a title: `after T1,T2 agent:<specialist> priority:high estimate:30 timeout:60`, in any order. */
export interface TaskOptions {
  readonly needs?: readonly TaskKey[];
  readonly specialist?: string;
  readonly priority?: Priority;
  readonly estimateMinutes?: number;
  readonly timeoutMinutes?: number;
}

/** A command, or what was read and what would be right. */
export type ParsedArguments = { readonly kind: "parsed"; readonly command: Command } | Refused;

/** One verb: how it is read and what people are told about it. */
export interface CommandRow {
  /** After the verb, as people write it. */
  readonly usage: string;
  /** One line. */
  readonly summary: string;
  readonly examples: readonly string[];
  /** Verbs that mean the same. */
  readonly aliases: readonly string[];
  /** The least permission that is obeyed. */
  readonly needs: Level;
  /** Whether a fenced block right below the line is its text; where not, one is refused. */
  readonly takesBlock: boolean;
  /** What stands below the only command of a comment, fenced or not, belongs to it: it was written to be read. */
  readonly takesBelow?: true;
  /** Both trimmed and without hidden characters; the block keeps its lines. */
  readonly parse: (text: string, block?: string) => ParsedArguments;
}

/** The least permission a verb is obeyed for. */
export type Level = "triage" | "write";

/** For verbs that take nothing. */
export function takesNothing(verb: "cancel" | "view" | "plans" | "status" | "agents" | "help"): CommandRow["parse"] {
  return (text) =>
    text === ""
      ? { kind: "parsed", command: { verb } }
      : refuse(`/${verb} takes nothing after it; read \`${quote(text)}\`, write /${verb} alone`);
}

/** A person's words inside a refusal: short, and unable to end its code span. */
export function quote(text: string): string {
  const short = text.length > 60 ? `${text.slice(0, 59)}…` : text;
  return short.replaceAll("`", "'");
}
