import type { Random } from "../random.ts";

/** What parsers stumble over: brackets, quotes, indents, numbers too large, names of prototypes, characters nobody sees. */
const pieces: readonly string[] = [
  ...[
    "[",
    "{",
    "}",
    "]",
    '"',
    "'",
    ":",
    ": ",
    "- ",
    "#",
    "&a ",
    "*a",
    "<<: *a",
    "!!js ",
    "|",
    ">",
    "%",
    "@",
    "`",
    "\\",
  ],
  ...["\n", "\r\n", "\t", "  ", "\0", "\u2028", "\u200b", "\u202e", "\ud800", "\ufeff", "---\n", "...\n", "```\n"],
  ...["null", "true", "~", "-1", "1e999", "0x10", "9007199254740993", "2026-13-45", "__proto__", "constructor", "T1"],
  ...["[".repeat(100), "{a: ".repeat(100), "- ".repeat(100), "> ".repeat(50), "*a_".repeat(100), "é".repeat(50)],
];

/** The text with a few wounds: cut, doubled, moved, overwritten, or with something strange in it. */
export function mutate(text: string, random: Random): string {
  let mutated = text.slice(0, longest);
  for (let wounds = 1 + random.below(4); wounds > 0; wounds -= 1) {
    const [from, to] = [random.below(mutated.length + 1), random.below(mutated.length + 1)].sort((a, b) => a - b);
    mutated = random.pick(wound)(mutated, { from: from ?? 0, to: Math.min(to ?? 0, (from ?? 0) + 200) }, random);
  }
  return mutated;
}

/** Of longer ones, which the corpus itself tries whole, the beginning; characters. */
const longest = 1_500;

type Wound = (text: string, at: { readonly from: number; readonly to: number }, random: Random) => string;

const wound: readonly Wound[] = [
  (text, { from, to }) => text.slice(0, from) + text.slice(to),
  (text, { from, to }) => text.slice(0, to) + text.slice(from),
  (text, { from }, random) => text.slice(0, from) + random.pick(pieces) + text.slice(from),
  (text, { from, to }, random) => text.slice(0, from) + random.pick(pieces) + text.slice(to),
  (text, { from }, random) => text.slice(0, from) + String.fromCodePoint(random.below(0xd800)) + text.slice(from + 1),
  (text, { from }) => text.slice(from) + text.slice(0, from),
];
