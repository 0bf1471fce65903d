import { saysSomething } from "./outline.ts";
import { capitalise, isOrder } from "./wording.ts";

/** More things than this in one line are not told apart. */
const maxThings = 12;
/** A thing with more words than this is a sentence. */
const maxWords = 6;

/** The things a line names, and the verb before them where there is one: "Support CSV, JSON and XML" supports each. */
export interface Things {
  readonly things: readonly string[];
  readonly verb?: string;
  /** The line without its list, where the list only adds to it: "Add a calendar" of "Add a calendar with sharing and alarms". */
  readonly main?: string;
}

/**
 * What is listed after `with`, `including` and the like, or any list of three and more. "user, order, and payment services"
 * are three services. What every plan has anyway, tests and documentation, is none, nor is a tool.
 */
export function thingsIn(line: string): Things {
  const sentence = line.slice(0, 600).split(/\n|[.;:](?:\s|$)/, 1)[0] ?? "";
  const after = /^(.*?)\b(?:with|including|supporting|featuring|offering|mit|inklusive|einschließlich)\s+(.+)$/i.exec(
    sentence,
  );
  const pieces = piecesOf(after?.[2] ?? sentence);
  if (after !== null) return { things: pieces.length < 2 ? [] : cleaned(pieces), main: after[1]?.trim() };
  if (pieces.length < 3) return { things: [] };
  const opening = (pieces[0] ?? "").split(" ");
  const verb = opening.at(-2) ?? "";
  const things = cleaned([opening.at(-1) ?? "", ...pieces.slice(1)]);
  return isOrder(verb) ? { things, verb: capitalise(verb.toLowerCase()) } : { things };
}

function cleaned(pieces: readonly string[]): readonly string[] {
  const things = shareNoun(pieces)
    .filter(isShort)
    .map(clean)
    .filter((thing) => saysSomething(thing) && !isUsual.test(thing) && !isTool.test(thing));
  return [...new Set(things)].slice(0, maxThings);
}

const isUsual =
  /^(?:(?:good|full|unit|integration|complete|proper|some|the|automated)\s+)*(?:tests?|test coverage|coverage|docs?|documentation)$/i;
const isTool =
  /^(?:[\w-]+\.(?:js|io|net)|react|vue|svelte|angular|tailwind(?: css)?|bootstrap|sass|vite|webpack|typescript|javascript|python|django|flask|fastapi|express|node|deno|bun|rust|go|golang|java|kotlin|swift|spring(?: boot)?|rails|laravel|postgres\w*|mysql|sqlite|mongodb|redis|docker|kubernetes|terraform|aws|gcp|azure|s3|snowflake|bigquery|graphql|jest|vitest|playwright|cypress|github actions|prisma|kafka|airflow|dbt|pytorch|tensorflow|xgboost|openai|claude|langchain)$/i;

/** The pieces of a list in one line: parted by commas, by `and` and its like, or by arrows and semicolons. */
export function piecesOf(text: string): readonly string[] {
  return text
    .split(/\s*[,、，]\s*(?:(?:and|or|und|oder|et|y)\s+)?|\s+(?:and|&|plus|und|sowie|et)\s+/i)
    .map((piece) => piece.trim())
    .filter((piece) => piece !== "");
}

/** "user", "order", "payment services" -> "the user service", "the order service", "the payment service". */
function shareNoun(pieces: readonly string[]): readonly string[] {
  const last = pieces.at(-1)?.split(" ") ?? [];
  const noun = last.at(-1) ?? "";
  if (pieces.length < 2 || last.length < 2 || !shared.has(noun.toLowerCase())) return pieces;
  const singular = noun.replace(/ies$/i, "y").replace(/([^s])s$/i, "$1");
  return [...pieces.slice(0, -1), last.slice(0, -1).join(" ")].map(
    (piece) => `the ${piece.replace(/^the\s+/i, "")} ${singular}`,
  );
}

const shared = new Set(
  "services modules pages endpoints commands screens components reports tables queues workers plugins views forms tests".split(
    " ",
  ),
);

function isShort(piece: string): boolean {
  return piece.split(" ").length <= maxWords;
}

function clean(thing: string): string {
  return thing
    .replace(/[`*_~<>[\]()"]/g, "")
    .replace(/^(?:an?|some|eine?[nm]?)\s+/i, "")
    .replace(/[\s.,;:!?]+$/, "")
    .replace(/\s+(?:hinzu|ein|um)$/i, "")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 80);
}
