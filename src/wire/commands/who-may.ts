import type { PermissionLevel } from "../../ports/forge/permissions.ts";
import type { Level } from "./command.ts";
import type { CommandLine } from "./parse-commands.ts";
import { commandRows } from "./registry.ts";

/** Who writes, as far as commands are concerned. */
export const identities = [
  "admin",
  "maintain",
  "write",
  "triage",
  "read",
  "none",
  "bot",
  "named-bot",
  "own-app",
  "suspended",
] as const;
export type Identity = (typeof identities)[number];

/** What happened to the comment; `edited` as soon as it was, ever. */
export const commentEvents = ["created", "edited", "deleted"] as const;
export type CommentEvent = (typeof commentEvents)[number];

export const levels = ["triage", "write"] as const satisfies readonly Level[];

/** `reaction`: a confused face and nothing else. `asked-again`: one line that asks to write it as a new comment. */
export type Verdict = "obeyed" | "reaction" | "asked-again" | "ignored";

type Verdicts = Readonly<Record<CommentEvent, Verdict>>;

const may: Verdicts = { created: "obeyed", edited: "asked-again", deleted: "ignored" };
const mayNot: Verdicts = { created: "reaction", edited: "reaction", deleted: "ignored" };
const unheard: Verdicts = { created: "ignored", edited: "ignored", deleted: "ignored" };

/** Who may what: the one place where it is said. */
export const permissions: Readonly<Record<Identity, Readonly<Record<Level, Verdicts>>>> = {
  admin: { triage: may, write: may },
  maintain: { triage: may, write: may },
  write: { triage: may, write: may },
  triage: { triage: may, write: mayNot },
  read: { triage: mayNot, write: mayNot },
  none: { triage: mayNot, write: mayNot },
  bot: { triage: unheard, write: unheard },
  "named-bot": { triage: may, write: may },
  "own-app": { triage: unheard, write: unheard },
  suspended: { triage: mayNot, write: mayNot },
};

/** What becomes of a comment that needs `needs`. */
export function verdict(needs: Level, identity: Identity, event: CommentEvent): Verdict {
  return permissions[identity][needs][event];
}

/** The permission a whole comment needs: that of its most demanding line. A line without a known verb needs write. */
export function levelOf(lines: readonly CommandLine[]): Level {
  const verbs = lines.map((line) => (line.kind === "command" ? line.command.verb : line.verb));
  return verbs.every((verb) => verb !== undefined && commandRows[verb].needs === "triage") ? "triage" : "write";
}

/** Who writes, where the login alone says it: the app itself, a bot named in the configuration, another bot. */
export function botIdentity(
  login: string,
  { botLogin, bots }: { readonly botLogin: string; readonly bots: readonly string[] },
): Extract<Identity, "bot" | "named-bot" | "own-app"> | undefined {
  const name = login.toLowerCase();
  if (name === botLogin.toLowerCase()) return "own-app";
  if (bots.some((bot) => bot.toLowerCase() === name)) return "named-bot";
  return name.endsWith("[bot]") ? "bot" : undefined;
}

/** Everybody else is what the collaborator-permission API says; a suspended account is `none` there. */
export function personIdentity(level: PermissionLevel): Identity {
  return level;
}
