import { saysSomething } from "./outline.ts";

/** Words by which a request asks for something new and whole. */
const making =
  "build|create|develop|implement|make|write|design|set up|setup|convert|migrate|split|turn|port|move|modernize|modernise|introduce|provide|launch|start|train";

/** Other words a request in English begins with. */
const doing =
  "add|allow|let|support|show|hide|display|enable|disable|extend|improve|increase|reduce|handle|store|save|load|read|send|validate|parse|export|import|expose|update|upgrade|bump|replace|remove|delete|drop|rename|refactor|extract|transform|clean|simplify|fix|test|check|document|deploy|configure|integrate|connect|define|prepare|train|serve|evaluate|explore|ingest|schedule|monitor|log|cache|sort|search|filter|list|print|render|return|report|run|use|wire|verify|generate|give|keep|persist|speed|optimize|optimise|review|audit|investigate|measure|mock|publish|release|sync|translate|track|upload|download|encrypt|rotate|restrict|limit|retry|raise|log in|log out|greet|convert|compare|calculate|count|draw|open|close|stop|pause|resume|switch|join|choose|pin|protect|set";

const order = new RegExp(`^(?:${making}|${doing})\\b`, "i");
const whole = new RegExp(`^(?:${making})\\b`, "i");
const opening =
  /^(?:make\s+(?=an?\s)|build\s+|create\s+|develop\s+|implement\s+|design\s+|set up\s+|setup\s+|provide\s+)(?:(?:an?|the|our|my|some|new)\s+)*/i;

/** Whether a line begins with what is to be done, as an order in English does. */
export function isOrder(line: string): boolean {
  return order.test(line);
}

/** Whether a line asks for a whole thing; what is not English is taken so, because we cannot tell. */
export function asksForWhole(line: string): boolean {
  return whole.test(line) || !isEnglish(line);
}

/** Whether a line reads as English; short plain words are taken for it. */
export function isEnglish(line: string): boolean {
  if (/[^\p{sc=Latin}\p{sc=Common}]/u.test(line)) return false;
  const count = (words: RegExp) => line.match(words)?.length ?? 0;
  return count(english) >= count(other);
}

const english = /\b(?:the|an?|and|with|for|of|from|to|in|on|by|into|that|our|when|should|build|create|add)\b/gi;
const other =
  /\b(?:der|die|das|den|dem|ein|eine[nmrs]?|mit|und|für|von|zu|im|auf|nicht|wird|baue|erstelle|les?|la|une?|et|pour|avec|des|du|el|los|con|para|del|por|que|y)\b|[äöüßñ]/gi;

/** What a request is about: its first line as an order, without marks, courtesies and labels. */
export function subjectOf(lead: string): string {
  const bare = lead
    .replace(/^\s*\[[^\][]{1,40}\]\s*/, "")
    .replace(
      /^(?:feat|feature(?: request)?|fix|bug(?: report)?|docs?|tests?|refactor|chore|build|ci|perf|enhancement|task|proposal|rfc)(?:\([^()]{0,40}\))?!?\s*:\s*/i,
      "",
    )
    .replace(/^(?:please|pls|kindly|bitte)\s+/i, "")
    .replace(
      /^(?:(?:can|could|would) (?:you|we)(?: please)?|(?:we|i) (?:should|must|need to|want to|have to|would like to)|i'd like to|let's|it would be (?:nice|great) to)\s+/i,
      "",
    )
    .replace(/^as an? [^,]{1,60}?,?\s+(?:i|we) (?:want|need|would like|wish)(?: to)?\s+(?:be able to\s+)?/i, "")
    .replace(/[\s.!?。！？]+$/, "")
    .trim();
  return saysSomething(bare) ? capitalise(bare) : "The goal";
}

/** What is made, without the words that ask for it: "Build a REST API" -> "REST API". */
export function thingOf(subject: string): string {
  return capitalise(subject.replace(opening, "")) || subject;
}

/** An item of a list as a task's title; what its writer began with a capital is left as it is. */
export function titleOf(item: string, verb = "Build"): string {
  const line = item
    .replace(/\s+/g, " ")
    .replace(/[\s.;,:]+$/, "")
    .trim();
  const sentence = /^(.{20,}?)(?:[.;:]\s|\s[–—-]\s)/.exec(line)?.[1] ?? line;
  const isName =
    !(isOrder(sentence) && sentence.includes(" ")) && sentence.split(" ").length <= 6 && isEnglish(sentence);
  return shorten(isName && verb !== "" ? `${verb} ${sentence}` : capitalise(sentence), 120);
}

/** The verb a line begins with; undefined where it begins with none we know. */
export function verbOf(line: string): string | undefined {
  return order.exec(line)?.[0];
}

/** Several titles as one: "Build the user service" and "Build the order service" -> "Build the user service and the order service". */
export function joinedTitles(titles: readonly string[]): string {
  const verb = titles[0] === undefined ? undefined : verbOf(titles[0]);
  const same = verb !== undefined && titles.every((title) => title.startsWith(`${verb} `));
  const rest = titles.slice(1).map((title) => {
    if (same) return title.slice(verb.length + 1);
    return isOrder(title) ? title.slice(0, 1).toLowerCase() + title.slice(1) : title;
  });
  return shorten(joined([...titles.slice(0, 1), ...rest]), 120);
}

/** For people: `a`, `a and b`, `a, b and c`. */
export function joined(words: readonly string[]): string {
  return words.length < 2 ? (words[0] ?? "") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

export function capitalise(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** At most `limit` UTF-16 units, cut between words where that loses little. */
export function shorten(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const cut = text.slice(0, limit - 1).replace(/[\ud800-\udbff]$/, "");
  return `${cut.slice(0, Math.max(cut.lastIndexOf(" "), limit - 20)).trimEnd()}…`;
}
