import type { PlannedTask } from "../../core/task/task.ts";
import { kindsOf } from "./kinds.ts";
import { outlineOf } from "./outline.ts";
import type { Role } from "./roles.ts";
import { piecesOf, thingsIn } from "./things.ts";
import { capitalise, isOrder, titleOf, verbOf } from "./wording.ts";

/** One part of a task that is cut up. */
export interface CutPart {
  readonly title: string;
  readonly details: readonly string[];
  readonly touches?: readonly string[];
  readonly role?: Role;
}

/** Parts and what waits for what: each for the one before, all for the first, or nothing but what their roles say. */
export interface Cut {
  readonly parts: readonly CutPart[];
  readonly order: "chain" | "first" | "roles";
  /** The parts are things with names of their own, which may call for other specialists; otherwise sides of the same work. */
  readonly named: boolean;
}

/** Words a piece of a list in one line may have; more is a sentence that happens to hold commas. */
const maxPieceWords = 8;

/** The parts somebody wrote down: a list, lines, or pieces of one line; `then` and arrows put them in order. */
export function cutAsTold(text: string): Cut | undefined {
  const { listed } = outlineOf(text);
  if (listed.length > 1) return cut(listed.map(({ text: item, details }) => ({ title: titleOf(item, ""), details })));
  const lines = text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
  if (lines.length > 1) return cut(lines.map((line) => plain(titleOf(line, ""))));
  const line = (lines[0] ?? "").replace(opening, "").replace(/[.\s]+$/, "");
  const steps = line
    .split(/\s*(?:→|=>|->|[,;]?\s+(?:and\s+)?then\b|,?\s+danach\b)\s*/i)
    .map(first)
    .filter(Boolean);
  if (steps.length > 1)
    return cut(
      steps.map((step) => plain(titleOf(step, ""))),
      "chain",
    );
  const marked = line.split(/(?:^|\s+)\(?\d{1,2}[.)]\s+/).filter(Boolean);
  const pieces =
    [marked, line.split(/\s*[;|]\s*/).filter(Boolean), piecesOf(line)].find(({ length }) => length > 1) ?? [];
  const short = pieces.every((piece) => piece.split(/\s+/).length <= maxPieceWords);
  return short ? cut(pieces.map((piece) => plain(titleOf(piece, "")))) : undefined;
}

const opening =
  /^\s*(?:(?:in(?:to)?|as|by|like|between|so)\b\s*)?(?:(?:\d{1,2}|two|three|four|five|six)\s+)?(?:(?:parts?|tasks?|pieces?)\b\s*)?[:–—-]?\s*/i;

function first(step: string): string {
  return step.replace(/^first(?:ly)?,?\s+/i, "").trim();
}

/** What rules find in a task itself, the surest first. */
export function cutsOf(task: PlannedTask): readonly Cut[] {
  const builds = natureOf(task) === "work";
  const found = [byOwnList(task), builds ? byTitle(task.title) : undefined, builds ? byKind(task.title) : undefined];
  return [...found, byTouches(task)].flatMap((one) => one ?? []);
}

function byOwnList({ description }: Pick<PlannedTask, "description">): Cut | undefined {
  // What the rules wrote ends with the whole goal, whose lists are not this task's.
  const own = description.split(/(?:^|\n)The goal: /, 1)[0] ?? "";
  return cut(outlineOf(own).items.map(({ text, details }) => ({ title: titleOf(text, ""), details })));
}

function byTitle(title: string): Cut | undefined {
  const both = /^(\p{L}+) and (\p{L}+) (.+)$/u.exec(title);
  if (both !== null && isVerb(both[1]) && isVerb(both[2])) {
    return cut([plain(`${both[1]} ${both[3]}`), plain(capitalise(`${both[2]} ${both[3]}`))], "chain");
  }
  const pieces = piecesOf(title);
  if (pieces.length > 1 && pieces.every((piece) => piece.includes(" ") && isOrder(piece))) {
    return cut(pieces.map((piece) => plain(capitalise(piece))));
  }
  const { things, verb, main } = thingsIn(title);
  if (main?.includes(" ") && things.length > 0) {
    const object = main.replace(/^\p{L}+\s+/u, "");
    const more = things.map((thing) => plain(isOrder(main) ? `Add ${thing} to ${object}` : `Add ${thing}`));
    return cut([plain(main), ...more], "first");
  }
  if (things.length > 1) return cut(things.map((thing) => plain(titleOf(thing, verb ?? verbOf(title) ?? "Build"))));
  return pieces.length === 2 ? byPair(pieces[0] ?? "", pieces[1] ?? "") : undefined;
}

/** "Build authentication and authorization": the verb goes with both. */
function byPair(one: string, other: string): Cut | undefined {
  const words = one.split(" ");
  const verb = verbOf(one) ?? words[0] ?? "";
  const isPlain = !/\s(?:of|for|in|on|to|from|between|both|by|at)\s/i.test(`${one} ${other} `);
  if (!isOrder(one) || words.length < 2 || words.length > 5 || other.split(" ").length > 4 || !isPlain)
    return undefined;
  return cut([plain(one), plain(isOrder(other) && other.includes(" ") ? capitalise(other) : `${verb} ${other}`)]);
}

/** What the thing is known to consist of. */
function byKind(title: string): Cut | undefined {
  const known = kindsOf(title, true)
    .flatMap(({ parts }) => parts)
    .filter(({ when }) => when?.test(title) !== false)
    .map((part) => ({ ...plain(part.title(title)), ...(part.role === undefined ? {} : { role: part.role }) }));
  return known.some((part) => part.title === title) ? undefined : cut(known, "roles");
}

function byTouches({ title, touches }: Pick<PlannedTask, "title" | "touches">): Cut | undefined {
  return sides(touches.map((path) => ({ title: `${title}: ${path}`, details: [], touches: [path] })));
}

/** The parts a task of that nature has where nothing else is known of it; undefined for more than it has. */
export function cutByNature(
  { title, phase, specialist }: Pick<PlannedTask, "title" | "phase" | "specialist">,
  into: number,
): Cut | undefined {
  const nature = natureOf({ phase, specialist });
  const subject =
    nature === "work" ? title : title.replace(/^[^:]{3,60}:\s+/, "").replace(/^write the documentation$/i, "");
  const names = natures[nature].find(({ length }) => length === into) ?? [];
  const order = nature === "words" || nature === "test" ? "roles" : "chain";
  return sides(
    names.map((name) => plain(subject === "" ? name : `${name}: ${subject}`)),
    order,
  );
}

type Nature = "test" | "words" | "design" | "work";

function natureOf({ phase, specialist }: Pick<PlannedTask, "phase" | "specialist">): Nature {
  if (phase === "testing" || specialist === "test-engineer") return "test";
  if (specialist === "docs-writer") return "words";
  return phase === "design" ? "design" : "work";
}

const natures: Readonly<Record<Nature, readonly (readonly string[])[]>> = {
  test: [["Test what should work", "Test mistakes, limits and failures"]],
  words: [["Write the reference", "Write a guide with examples"]],
  design: [["Find out what is there and what is needed", "Decide and write it down"]],
  work: [
    ["Make the plain case work", "Handle errors and limits"],
    ["Put the interface and its types in place", "Make the plain case work", "Handle errors and limits"],
  ],
};

function cut(parts: readonly CutPart[], order: Cut["order"] = "roles"): Cut | undefined {
  const distinct = parts.filter(
    ({ title }, index) => title !== "" && parts.findIndex((one) => one.title === title) === index,
  );
  return distinct.length < 2 ? undefined : { parts: distinct, order, named: true };
}

function sides(parts: readonly CutPart[], order: Cut["order"] = "roles"): Cut | undefined {
  const found = cut(parts, order);
  return found && { ...found, named: false };
}

function plain(title: string): CutPart {
  return { title, details: [] };
}

function isVerb(word: string | undefined): boolean {
  return word !== undefined && isOrder(word);
}
