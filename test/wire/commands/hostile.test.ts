import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseCommands } from "../../../src/wire/commands/parse-commands.ts";
import { commandRows, verbs } from "../../../src/wire/commands/registry.ts";
import { anyCharacter } from "../any-character.ts";
import { hostileBodies } from "./hostile-bodies.ts";

const options = { prefixed: false, mention: "coppice" };
describe("hostile comments", () => {
  test.each(Object.entries(hostileBodies))("%s cost little and break nothing", (_, body) => {
    for (const text of [`${body}\n\n/approve`, `/view\n${body}`, `/discuss ${body}`, `@coppice ${body}`]) {
      expect(fastest(() => parseCommands(text, options))).toBeLessThan(bound);
    }
  });

  test("twenty thousand mutations are read, none taking long", () => {
    const started = performance.now();
    fc.assert(
      fc.property(mutated, (body) => {
        for (const line of parseCommands(body, options)) expect(line.text.length).toBeGreaterThan(0);
      }),
      { numRuns: 20_000 },
    );
    expect(performance.now() - started).toBeLessThan(60_000);
  });

  test("nothing inside code, quotes or comments becomes a command, whatever stands around it", () => {
    const shelters = ["```\n@\n```", "> @", "<!--\n@\n-->", "<details>\n\n@\n\n</details>", "    @", "- @", "`\n@\n`"];
    const filler = fc.array(fc.constantFrom("", "words", "- a", "> b", "# c", "| d |", "*e", "[f", "<b>", "<!-- -->"));
    fc.assert(
      fc.property(filler, fc.constantFrom(...shelters), filler, (before, shelter, after) => {
        const hidden = shelter.replace("@", "/approve r7");
        const body = [...before, "", hidden, "", ...after].join("\n");
        expect(parseCommands(body, { prefixed: false })).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });
});

/** Milliseconds: ten times what it costs on a busy machine; quadratic growth costs minutes. */
const bound = 3_000;

/** Milliseconds of the processor: the first of some tries that keeps to the bound, or the best of them. */
function fastest(run: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < 5 && best >= bound; tries += 1) {
    const before = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / 1_000);
  }
  return best;
}

const examples = verbs.flatMap((verb) => [...commandRows[verb].examples]);
const pieces = fc.oneof(
  fc.constantFrom(...examples),
  fc.constantFrom(...'\n |\r\n|\n\n|> |- |```|`|~~|<!--|-->|<details>|</details>|<b x="|*|[|](|)|/coppice '.split("|")),
  fc.constantFrom(
    "|",
    "T1",
    " after T2",
    "agent:",
    "priority:",
    "title:",
    "into ",
    "@coppice",
    "\u2028",
    "\u200b",
    "\0",
  ),
  fc.string({ unit: anyCharacter, maxLength: 4 }),
);
const mutated = fc.array(pieces, { maxLength: 25 }).map((parts) => parts.join(""));
