import { Document, visit } from "yaml";

/** A value as YAML text: several lines as a block where that is exact, long lines whole, so that a diff shows what changed. */
export function formatYaml(value: unknown): string {
  const document = new Document(value, { aliasDuplicateObjects: false });
  visit(document, {
    Scalar(_, node) {
      if (typeof node.value === "string" && node.value.includes("\n") && !isExactAsBlock(node.value)) {
        node.type = "QUOTE_DOUBLE";
      }
    },
  });
  return document.toString({ lineWidth: 0, minContentWidth: 0 });
}

/** Blocks that begin with a blank, or hold blanks at a line's end, do not read back as they were written. */
function isExactAsBlock(text: string): boolean {
  return /^\S/.test(text) && !/[^\S\n](?:\n|$)|\n\n$/.test(text);
}
