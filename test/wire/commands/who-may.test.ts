import { describe, expect, test } from "vitest";
import { permissionLevels } from "../../../src/ports/forge/permissions.ts";
import { formatPermissions } from "../../../src/wire/commands/format-permissions.ts";
import { parseCommands } from "../../../src/wire/commands/parse-commands.ts";
import { commandRows, verbs } from "../../../src/wire/commands/registry.ts";
import {
  botIdentity,
  commentEvents,
  identities,
  levelOf,
  personIdentity,
  verdict,
} from "../../../src/wire/commands/who-may.ts";

const needed = (body: string) => levelOf(parseCommands(body, { prefixed: false, mention: "coppice" }));

describe("who may", () => {
  const asked = ["obeyed", "asked-again", "ignored"];
  const refused = ["reaction", "reaction", "ignored"];
  const unheard = ["ignored", "ignored", "ignored"];
  test.each([
    ["admin", asked, asked],
    ["maintain", asked, asked],
    ["write", asked, asked],
    ["triage", asked, refused],
    ["read", refused, refused],
    ["none", refused, refused],
    ["bot", unheard, unheard],
    ["named-bot", asked, asked],
    ["own-app", unheard, unheard],
    ["suspended", refused, refused],
  ] as const)("%s: every cell", (identity, triage, write) => {
    expect(commentEvents.map((event) => verdict("triage", identity, event))).toEqual(triage);
    expect(commentEvents.map((event) => verdict("write", identity, event))).toEqual(write);
    expect(identities).toHaveLength(10);
  });

  test("triage is enough to talk and to look, all else needs write", () => {
    const talking = verbs.filter((verb) => commandRows[verb].needs === "triage");
    expect([...talking].sort()).toEqual(["agents", "discuss", "help", "plans", "status", "view"]);
  });

  test.each([
    ["/view\n/discuss why", "triage"],
    ["@coppice why", "triage"],
    ["/view please", "triage"],
    ["/viw", "triage"],
    ["/view\n/remove T1", "write"],
    ["/view\n/remove", "write"],
    ["/view\n/aprove", "write"],
    ["/coppice dance", "write"],
    ["/answer Q1 yes", "write"],
    ["/view\n".repeat(21), "write"],
  ])("%j needs %s", (body, level) => {
    expect(needed(body)).toBe(level);
  });

  test("apps are told apart by their logins alone, the app itself first", () => {
    const known = { botLogin: "coppice[bot]", bots: ["Renovate[bot]", "coppice[bot]"] };
    const logins = ["Coppice[bot]", "renovate[bot]", "other[bot]", "renovate", "alice"];
    expect(logins.map((login) => botIdentity(login, known))).toEqual([
      "own-app",
      "named-bot",
      "bot",
      undefined,
      undefined,
    ]);
    expect(permissionLevels.map(personIdentity)).toEqual(permissionLevels);
  });

  test("the page in the docs is the table; after a change `npx vitest run -u` writes it again", async () => {
    await expect(formatPermissions()).toMatchFileSnapshot("../../../docs/PERMISSIONS.md");
  });
});
