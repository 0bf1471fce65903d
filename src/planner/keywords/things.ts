/** More things than this in one goal are not told apart. */
const maxThings = 12;
/** A thing with more words than this is a sentence. */
const maxWords = 6;

/**
 * The things a goal names: list items of its text, or else what is listed after `with`, `including` and the like, or
 * any list of three and more. "user, order, and payment services" are three services.
 */
export function thingsIn(goal: string): readonly string[] {
  const bullets = [...goal.matchAll(/^\s*(?:[-*+]|\d+[.)])\s+(?:\[[ x]\]\s+)?(.+)$/gim)].map((match) => match[1] ?? "");
  const found = bullets.length > 0 ? bullets : listed(goal.split(/\n|[.;:](?:\s|$)/)[0] ?? "");
  const things = found.map(clean).filter((thing) => thing !== "" && thing.split(" ").length <= maxWords * 2);
  return [...new Set(things)].slice(0, maxThings);
}

function listed(sentence: string): readonly string[] {
  const after = /\b(?:with|including|supporting|featuring|offering)\s+(.+)$/i.exec(sentence)?.[1];
  if (after !== undefined) return shareNoun(split(after)).filter(isShort);
  const pieces = split(sentence);
  return pieces.length < 3 ? [] : shareNoun([lastWords(pieces[0] ?? ""), ...pieces.slice(1)]).filter(isShort);
}

function split(text: string): readonly string[] {
  return text
    .split(/\s*,\s*(?:(?:and|or)\s+)?|\s+(?:and|&|plus)\s+/i)
    .map((piece) => piece.trim())
    .filter((piece) => piece !== "");
}

/** "user", "order", "payment services" -> "the user service", "the order service", "the payment service". */
function shareNoun(pieces: readonly string[]): readonly string[] {
  const last = pieces.at(-1)?.split(" ") ?? [];
  const noun = last.at(-1) ?? "";
  if (pieces.length < 2 || last.length < 2 || !shared.has(noun.toLowerCase())) return pieces;
  const singular = noun.replace(/ies$/i, "y").replace(/([^s])s$/i, "$1");
  return [...pieces.slice(0, -1), last.slice(0, -1).join(" ")].map((piece) => `the ${piece} ${singular}`);
}

const shared = new Set(
  "services modules pages endpoints commands screens components reports tables queues workers plugins".split(" "),
);

/** The object of the first piece: "Let it convert weight" names weight. */
function lastWords(piece: string): string {
  return piece.split(" ").slice(-1).join(" ");
}

function isShort(piece: string): boolean {
  return piece.split(" ").length <= maxWords;
}

function clean(thing: string): string {
  return thing
    .replace(/[`*_~<>[\]()"]/g, "")
    .replace(/[\s.,;:!?]+$/, "")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 80);
}
