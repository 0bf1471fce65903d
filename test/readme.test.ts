import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { planCommands } from "../src/cli/plans/command.ts";
import { runWorkerCommand } from "../src/cli/run/command.ts";
import { taskCommands } from "../src/cli/tasks/command.ts";
import { steerCommands } from "../src/cli/tasks/steer-commands.ts";
import { upCommand } from "../src/cli/up/command.ts";
import { verbs } from "../src/wire/commands/registry.ts";
import { parseConfig } from "../src/wire/config.ts";

const readme = readFileSync("README.md", "utf8");
const scripts: Record<string, string> = JSON.parse(readFileSync("package.json", "utf8")).scripts;

describe("the README", () => {
  it("begins with the two commands", () => {
    expect(blocks("sh")[0]).toBe("npm ci\nnpm start");
  });

  it("names only scripts there are", () => {
    const named = [...readme.matchAll(/\bnpm run ([a-z:]+)/g)].map((match) => match[1] ?? "");
    expect(named.length).toBeGreaterThan(3);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  it("names only options that coppice up has", () => {
    const known = upCommand().options.map(({ long }) => long);
    const named = [...readme.matchAll(/^\| `(--[a-z-]+)/gm)].map((match) => match[1]);
    expect(named.length).toBeGreaterThan(4);
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
  });

  it("names every command there is, and no other", () => {
    const table = readme.slice(readme.indexOf("## In the thread"), readme.indexOf("## On GitHub"));
    const named = [...table.matchAll(/`\/([a-z]+)/g)].map((match) => match[1]);
    expect([...new Set(named)].sort()).toEqual([...verbs].sort());
  });

  it("shows only commands that the CLI has", () => {
    const known = [...planCommands(), ...taskCommands(), ...steerCommands(), runWorkerCommand(), upCommand()].map(
      (command) => command.name(),
    );
    const shown = blocks("sh").flatMap((block) => [...block.matchAll(/^coppice ([a-z-]+)/gm)].map((match) => match[1]));
    expect(shown.length).toBeGreaterThan(3);
    expect(shown.filter((name) => !known.includes(name ?? ""))).toEqual([]);
  });

  it("shows a configuration that is read without complaint", () => {
    const config = blocks("yaml")[0] ?? "";
    expect(parseConfig(config, {})).toMatchObject({
      policy: { setup: ["npm ci"], verify: ["npm test"], maxAgents: 3 },
    });
  });

  it("links only to what is there", () => {
    const targets = [...readme.matchAll(/\]\(([^)#]+)\)/g)].map((match) => match[1] ?? "");
    expect(targets.filter((target) => !/^https?:/.test(target) && !existsSync(target))).toEqual([]);
  });
});

function blocks(language: string): string[] {
  return [...readme.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\n\`\`\``, "g"))].map(
    (match) => match[1] ?? "",
  );
}
