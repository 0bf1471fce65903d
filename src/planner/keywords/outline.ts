/** A text as its outline: what it is about, what it lists under which heading, and by what it says it is judged. */
export interface Outline {
  /** The first line that says something, without Markdown. */
  readonly lead: string;
  /** List items that are work to be done, open ones only. */
  readonly items: readonly Item[];
  /** Every open list item, whatever it stands under. */
  readonly listed: readonly Item[];
  /** List items that say when it is done. */
  readonly acceptance: readonly string[];
}

/** One item of a list with what is listed below it. */
export interface Item {
  readonly text: string;
  readonly details: readonly string[];
}

interface Section {
  readonly heading: string;
  readonly items: { text: string; details: string[] }[];
}

/** More lines than this are a log, not a goal. */
const maxLines = 1_000;

/** Reads lists under headings; code, quotes and hidden comments say nothing. Linear in the text's length. */
export function outlineOf(text: string): Outline {
  const lines = visibleLines(text);
  const sections = sectionsOf(lines);
  const work = sections.filter(({ heading }) => isWork.test(heading));
  const plain = sections.filter(({ heading }) => !isAcceptance.test(heading) && !isBackground.test(heading));
  const chosen = work.some(({ items }) => items.length > 0) ? work : plain;
  const judged = sections.filter(({ heading }) => isAcceptance.test(heading));
  return {
    lead: plainText(lines.find((line) => plainText(line) !== "") ?? ""),
    items: chosen
      .flatMap(({ items }) => items)
      .filter(({ text: item }) => saysSomething(item) && !isFormality.test(item)),
    listed: sections.flatMap(({ items }) => items).filter(({ text: item }) => saysSomething(item)),
    acceptance: judged.flatMap(({ items }) => items.map(({ text: item }) => item)).filter(saysSomething),
  };
}

const isAcceptance = /accept|definition of done|criteria|done when|success|must hold|akzeptanz|受け入れ|完了/i;
const isWork =
  /^(?!.*(?:out of|non|not in|accept|criteria|reproduc))(?:.*\b(?:tasks?|to-?dos?|scope|plan|features?|requirements?|deliverables?|check-?lists?|proposal|solution|implementation|work|what|parts|aufgaben|umfang|anforderungen)\b|.*(?:タスク|やること|要件|機能)|steps$)/i;
const isBackground =
  /\b(?:reproduc\w*|environment|versions?|expected|actual|out of scope|non-?goals?|not in scope|not included|links?|references?|background|context|notes?|questions?|alternatives?|logs?|screenshots?|prerequisites?|related|why|motivation|hintergrund|umgebung)\b|再現|環境|背景/i;
const isFormality = /^(?:i have|i've|i agree|i am|i searched|ich habe)\b/i;

/** Whether there is a letter or digit in it. */
export function saysSomething(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}

/** Of a longer line only the beginning is looked at, characters. */
const maxLine = 600;

/** Markdown's marks taken off one line. */
function plainText(line: string): string {
  return line
    .slice(0, maxLine)
    .replace(/^\s{0,3}(?:#{1,6}\s+|[-*+]\s+|\d{1,3}[.)]\s+)?(?:\[[ xX]\]\s+)?/, "")
    .replace(/!?\[([^\][]{0,200})\]\([^()\s]{0,500}\)/g, "$1")
    .replace(/[`*]|~~|(?<![\p{L}\p{N}])_+|_+(?![\p{L}\p{N}])|<[^<>]{0,200}>/gu, "")
    .replace(/\s+/g, " ")
    .trim();
}

/** Every line outside code blocks, quotes and HTML comments. */
function visibleLines(text: string): readonly string[] {
  const lines: string[] = [];
  let fence: string | undefined;
  for (const line of withoutComments(text).split("\n").slice(0, maxLines)) {
    const mark = /^\s{0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (fence !== undefined) {
      if (mark?.startsWith(fence)) fence = undefined;
    } else if (mark !== undefined) fence = mark;
    else if (!/^\s*>/.test(line)) lines.push(line);
  }
  return lines;
}

/** By hand, because looking for an end that is not there from every beginning takes quadratic time. */
function withoutComments(text: string): string {
  let rest = text;
  let kept = "";
  for (let start = rest.indexOf("<!--"); start >= 0; start = rest.indexOf("<!--")) {
    kept += rest.slice(0, start);
    const end = rest.indexOf("-->", start + 4);
    rest = end < 0 ? "" : rest.slice(end + 3);
  }
  return kept + rest;
}

function sectionsOf(lines: readonly string[]): readonly Section[] {
  let section: Section = { heading: "", items: [] };
  const sections = [section];
  for (const line of lines) {
    const heading = headingOf(line);
    if (heading !== undefined) {
      section = { heading, items: [] };
      sections.push(section);
      continue;
    }
    const item = /^(\s*)(?:[-*+•]|\d{1,3}[.)])\s+(\[[ xX]\]\s+)?(\S.*)$/.exec(line);
    if (item === null) continue;
    const last = section.items.at(-1);
    const isBelow = last !== undefined && (item[1] ?? "").replaceAll("\t", "    ").length >= 2;
    if (isBelow) last.details.push(plainText(item[3] ?? ""));
    else section.items.push({ text: /x/i.test(item[2] ?? "") ? "" : plainText(item[3] ?? ""), details: [] });
  }
  return sections;
}

/** `## Tasks`, `**Tasks**` or `Tasks:` alone on a line; the text's own title is none. */
function headingOf(line: string): string | undefined {
  const found = /^\s{0,3}(?:#{2,6}\s+(.+)|\*\*([^*]{1,60})\*\*:?|([^\s:：-][^:：]{0,40})[:：])\s*$/.exec(line);
  return found === null ? undefined : plainText(found[1] ?? found[2] ?? found[3] ?? "");
}
