import type { Priority, TaskKey } from "../../core/task/task.ts";

/** What a person asked for, one line of a comment. */
export type Command =
  | { readonly verb: "plan"; readonly goal?: string }
  | ({ readonly verb: "add"; readonly title: string } & TaskOptions)
  | { readonly verb: "remove"; readonly key: TaskKey }
  | ({ readonly verb: "modify"; readonly key: TaskKey; readonly title?: string; readonly text?: string } & TaskOptions)
  | { readonly verb: "view" }
  | { readonly verb: "approve"; readonly revision?: number }
  | { readonly verb: "status" }
  | { readonly verb: "help" };

export type Verb = Command["verb"];

/** What stands after a title: `after T1,T2 agent:<specialist> priority:high`, in any order. */
export interface TaskOptions {
  readonly needs?: readonly TaskKey[];
  readonly specialist?: string;
  readonly priority?: Priority;
}

/** A command, or what was read and what would be right. */
export type ParsedArguments =
  | { readonly kind: "parsed"; readonly command: Command }
  | { readonly kind: "refused"; readonly reason: string };

/** One verb: how it is read and what people are told about it. */
export interface CommandRow {
  /** After the verb, as people write it. */
  readonly usage: string;
  /** One line. */
  readonly summary: string;
  readonly examples: readonly string[];
  /** Verbs that mean the same. */
  readonly aliases: readonly string[];
  /** Whether it changes the plan's contents: `/approve` is refused beside such commands. */
  readonly changesPlan: boolean;
  readonly parse: (text: string) => ParsedArguments;
}

export function refuse(reason: string): ParsedArguments {
  return { kind: "refused", reason };
}

/** For verbs that take nothing. */
export function takesNothing(command: Extract<Command, { verb: "view" | "status" | "help" }>): CommandRow["parse"] {
  return (text) =>
    text === ""
      ? { kind: "parsed", command }
      : refuse(`/${command.verb} takes nothing after it; read \`${quote(text)}\`, write /${command.verb} alone`);
}

/** A person's words inside a refusal: short, and unable to end its code span. */
export function quote(text: string): string {
  const short = text.length > 60 ? `${text.slice(0, 59)}…` : text;
  return short.replaceAll("`", "'");
}
