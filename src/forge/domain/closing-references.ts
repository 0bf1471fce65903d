/** The issue numbers of the same repository that a pull request's text says it closes, in order, each once. */
export function closingNumbers(text: string | null): number[] {
  const numbers = [...prose(text ?? "").matchAll(keyword)].map((match) => Number(match[1]));
  return [...new Set(numbers)];
}

// GitHub's nine keywords, an optional colon, then `#12`.
const keyword = /(?<![\w/#-])(?:close[sd]?|fix(?:es|ed)?|resolve[sd]?):?[ \t]+#(\d{1,9})\b/gi;

/** Without code, comments and quotes, where GitHub does not look for keywords. */
function prose(text: string): string {
  return text
    .replace(/<!--[\s\S]*?(?:-->|$)/g, " ")
    .replace(/^(`{3,}|~{3,})[\s\S]*?(?:^\1|$(?![\s\S]))/gm, " ")
    .replace(/`[^`\n]*`/g, " ")
    .replace(/^[ \t]*>.*$/gm, " ");
}
