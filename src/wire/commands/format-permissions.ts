import type { Level } from "./command.ts";
import { commandRows, verbs } from "./registry.ts";
import type { Identity } from "./who-may.ts";
import { commentEvents, identities, levels, permissions } from "./who-may.ts";

/** `docs/PERMISSIONS.md`: who is obeyed, made from the table that decides it. */
export function formatPermissions(): string {
  return [
    "# Who may command",
    "",
    "This page is made from the table in `src/wire/commands/who-may.ts`, which decides; a test compares the two.",
    "",
    ...levels.map((level) => `- Commands that need **${level}** permission: ${listOf(level)}.`),
    "",
    "A comment needs what its most demanding line needs. Mentioning the app is a `/discuss`. Permission is what the",
    "collaborator-permission API of the forge answers at the moment the comment is dealt with. Where it does not answer,",
    "nothing is done: the comment waits and is tried again.",
    "",
    table(),
    "",
    "- **obeyed**: done or refused, with an answer where there is something to say.",
    "- **asked again**: one line that says to write it as a new comment; an edited comment is never carried out.",
    "- **reaction**: a confused face on the comment and nothing else; no model is asked, nothing is posted.",
    "- **ignored**: not even that.",
    "",
    "Labels that people set on a task's issue (`coppice:paused`, `priority:…`, `agent:…`) count like commands that need write,",
    "whoever sets them being read from the issue's events; what anybody else sets, an app included, is put back.",
    "",
    "Issues and pull requests stay GitHub's: whoever it lets close a task's issue (triage) completes the task, or drops it with",
    '"not planned"; whoever it lets merge or close a pull request does so. Nobody\'s permission is asked for once more.',
    "",
    "Who is who:",
    "",
    ...identities.map((identity) => `- ${identity}: ${meanings[identity]}.`),
    "",
  ].join("\n");
}

const meanings: Readonly<Record<Identity, string>> = {
  admin: "somebody who administers the repository",
  maintain: "somebody with maintain permission",
  write: "somebody who may push",
  triage: "somebody who may label and close issues",
  read: "somebody who may read the repository; on a public one that is everybody",
  none: "somebody the repository does not let in",
  bot: "an app that is not named in the configuration",
  "named-bot": "an app that `bots` in `.github/coppice.yml` names",
  "own-app": "Coppice itself, also where `bots` names it",
  suspended: "an account that was suspended, for which the API says none",
};

function listOf(level: Level): string {
  return verbs
    .filter((verb) => commandRows[verb].needs === level)
    .map((verb) => `\`/${verb}\``)
    .join(", ");
}

function table(): string {
  const columns = levels.flatMap((level) => commentEvents.map((event) => ({ level, event })));
  const head = ["Author", ...columns.map(({ level, event }) => `${level}, ${event}`)];
  const rows = identities.map((identity) => [
    identity,
    ...columns.map(({ level, event }) => permissions[identity][level][event].replace("-", " ")),
  ]);
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
