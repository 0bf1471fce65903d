/** What commander says of a wrong command line, as one line that begins like all our others. */
export function sayWrongUse(text: string): string {
  const said = text
    .trim()
    .replace(/^error: /, "coppice: ")
    .replace(/command-argument value '(.*)' is invalid for argument '([^']*)'\. /s, "<$2> '$1' is invalid. ")
    .replace(/\s+/g, " ");
  return `${said}\n`;
}
