/** Longer texts are not looked at to their end: what something is about is said at its beginning. */
const maxLength = 8_000;

/** A text as its words, in lower case, one blank before, between and after them; scripts without blanks are parted from Latin ones. */
export function wordsOf(text: string): string {
  const words = text
    .slice(0, maxLength)
    .normalize("NFKC")
    .toLowerCase()
    .replace(
      /(?<=[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}ー])(?=[a-z0-9])|(?<=[a-z0-9])(?=[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}])/gu,
      " ",
    )
    .replace(/[^\p{L}\p{M}\p{N}+#]+/gu, " ")
    .trim();
  return ` ${words} `;
}

/** The words of what a text's first clause is about: up to its first preposition or mark. */
export function headOf(text: string): string {
  const line = text.trimStart().split("\n", 1)[0] ?? "";
  const clause = line.slice(0, 300).split(/[,;:!?()]|\.\s|\s[–—-]\s/, 1)[0] ?? "";
  const head = clause.split(prepositions, 1)[0] ?? "";
  return wordsOf(head.trim() === "" ? clause : head);
}

const prepositions =
  /\s(?:with|for|of|in|from|to|into|by|that|which|so|on|at|as|using|via|when|where|while|because|under|about|mit|für|von|aus|nach|zum|zur|im|pour|avec|para|con)\s/i;

/** A keyword made ready to be looked for. */
export type Sought = readonly string[];

/** A plural is the same word; a keyword that ends in `*` stands for everything that begins so; scripts without blanks are found anywhere. */
export function soughtFor(keyword: string): Sought {
  const word = wordsOf(keyword.replace(/\*+$/, ""));
  if (word.trim() === "") return [];
  if (/[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]/u.test(word)) return [word.trim()];
  return keyword.endsWith("*") ? [word.trimEnd()] : [word, `${word.trimEnd()}s `];
}

/** Where the first occurrence begins and where the last one ends, in characters; undefined when there is none. */
export function holds(words: string, sought: Sought): { readonly first: number; readonly end: number } | undefined {
  let found: { readonly first: number; readonly end: number } | undefined;
  for (const form of sought) {
    const first = words.indexOf(form);
    if (first < 0) continue;
    const end = words.lastIndexOf(form) + form.trimEnd().length;
    found = { first: Math.min(first, found?.first ?? first), end: Math.max(end, found?.end ?? end) };
  }
  return found;
}
