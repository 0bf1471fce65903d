import { visibleText } from "../../wire/visible-text.ts";

/** Foreign text in a block it cannot end: data, whatever it says. The name may hold a person's: what is not plain in it goes. */
export function untrusted(name: string, text: string): string {
  return `<untrusted name="${name.replace(/[^\w .[\]-]/g, "_").slice(0, 100)}">\n${plainWords(text)}\n</untrusted>`;
}

/** Text that shows all it says and neither opens nor ends a block. */
export function plainWords(text: string): string {
  return visibleText(text).replace(bracket, (found, ...[at, whole]: [number, string]) =>
    beginsOurTag(whole.slice(at + found.length, at + found.length + 80)) ? "[" : found,
  );
}

/** A maintainer's text; what it quotes is by somebody else and stands in blocks. */
export function maintainersWords(text: string): string {
  const parts: { quoted: boolean; lines: string[] }[] = [];
  let quoted = false;
  for (const line of visibleText(text).split("\n")) {
    // As in Markdown a quote goes on without its marks, until an empty line.
    quoted = quoteMark.test(line) || (quoted && line.trim() !== "");
    const last = parts.at(-1);
    if (last?.quoted === quoted) last.lines.push(line);
    else parts.push({ quoted, lines: [line] });
  }
  return parts
    .map(({ quoted, lines }) => (quoted ? untrusted("quoted", lines.join("\n")) : plainWords(lines.join("\n"))))
    .join("\n");
}

/** Also deeper in a list than a quote may stand by itself: what is taken for one by mistake loses nothing but weight. */
const quoteMark = /^(?:\s|[*+-]\s|\d{1,9}[.)]\s)*>/;

/** `<`, its HTML spellings, and what looks like it. */
const bracket = /[<\u02c2\u1438\u2039\u2329\u276e\u27e8\u3008\ufe64\uff1c]|&(?:lt|#0*60|#x0*3c);?/giu;

/** For each letter of the tag's name what may stand for it, beside any letter that is not Latin. */
const letters = ["uv", "n", "t7", "r", "uv", "s5", "t7", "e3", "d"];

/** Whether the next nine letters could be read as our tag's name, whatever marks, blanks and slashes stand among them. */
function beginsOurTag(ahead: string): boolean {
  const read = [
    ...ahead
      .normalize("NFKD")
      .toLowerCase()
      .replaceAll("$", "s")
      .replace(/[^\p{L}\p{N}]/gu, ""),
  ];
  return letters.every((allowed, index) => {
    const letter = read[index];
    return letter !== undefined && (allowed.includes(letter) || letter > "\u007f");
  });
}
