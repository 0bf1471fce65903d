import type { ListItem, Nodes, Parents, Root, Table } from "mdast";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import { unified } from "unified";
import { visibleText } from "../../wire/visible-text.ts";
import { type Screen, wrap } from "./screen.ts";
import { formatTable } from "./table.ts";

/** Longer or deeper texts are shown as they are: the parser's time grows with the square of the nesting. */
const longest = 70_000;
const tooDeep = /^(?:[ \t]*(?:>|[-+*]|\d{1,9}[.)])){30}|^[ \t]{200}/m;
const mostDelimiters = 6_000;

/** Markdown as text for a terminal: nothing in it moves the cursor, pictures and hidden parts are left out. */
export function markdownText(markdown: string, screen: Screen): string {
  const text = visibleText(markdown);
  const delimiters = text.match(/[*_[\]`~]/g)?.length ?? 0;
  if (text.length > longest || tooDeep.test(text) || delimiters > mostDelimiters) return wrap(text, screen.width);
  const root: Root = unified().use(remarkParse).use(remarkGfm).parse(text);
  return blocks(root, { screen, indent: 0 })
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}

interface At {
  readonly screen: Screen;
  /** Columns. */
  readonly indent: number;
}

function blocks(node: Parents, at: At): string {
  return node.children
    .map((child) => block(child, at))
    .filter((part) => part !== "")
    .join("\n\n");
}

function block(node: Nodes, at: At): string {
  const { colors, width } = at.screen;
  const laid = (text: string, hang = 0) => wrap(shift(text, at.indent), width, hang);
  switch (node.type) {
    case "heading":
      return colors.bold(laid(inline(node)));
    case "paragraph":
      return laid(inline(node));
    case "list":
      return node.children.map((item, index) => listItem(item, bullet(node, item, index), at)).join("\n");
    case "table":
      return shift(table(node, at.screen), at.indent);
    case "code":
      // A graph is drawn in the browser; here it would be noise.
      return node.lang === "mermaid" ? "" : shift(node.value, at.indent + 4);
    case "blockquote":
      return shift(blocks(node, { ...at, indent: 0 }), at.indent)
        .split("\n")
        .map((line) => `> ${line}`)
        .join("\n");
    case "thematicBreak":
      return "";
    case "html":
      return laid(plainHtml(node.value));
    default:
      return "children" in node ? blocks(node, at) : "";
  }
}

function bullet(list: { ordered?: boolean | null; start?: number | null }, item: ListItem, index: number): string {
  if (typeof item.checked === "boolean") return item.checked ? "[x] " : "[ ] ";
  return list.ordered ? `${(list.start ?? 1) + index}. ` : "- ";
}

function listItem(item: ListItem, mark: string, at: At): string {
  const text = item.children
    .map((child) => block(child, { ...at, indent: at.indent + mark.length }))
    .filter((part) => part !== "")
    .join("\n");
  return " ".repeat(at.indent) + mark + text.trimStart();
}

function table(node: Table, screen: Screen): string {
  const [head = [], ...rows] = node.children.map((row) => row.children.map((cell) => inline(cell)));
  const lengths = head.map((_, column) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)));
  const widest = Math.max(...lengths);
  const others = lengths.reduce((sum, length) => sum + length + 2, 2) - widest;
  if (screen.width !== undefined && head.length === 2 && widest + others > screen.width) return entries(rows, screen);
  return formatTable({ head, rows, flexible: lengths.indexOf(widest) }, screen);
}

/** Two columns that do not fit side by side: what is told of, and below it what is told. A row without is a heading. */
function entries(rows: readonly (readonly string[])[], { colors, width }: Screen): string {
  return rows
    .flatMap(([name = "", text = ""]) =>
      text === "" ? ["", colors.bold(name)] : [wrap(`  ${name}`, width, 4), wrap(`      ${text}`, width)],
    )
    .join("\n")
    .trimStart();
}

function inline(node: Parents): string {
  return node.children.map(phrase).join("");
}

function phrase(node: Nodes): string {
  switch (node.type) {
    case "text":
      return node.value.replace(/\s+/g, " ");
    case "inlineCode":
      return node.value;
    case "break":
      return "\n";
    case "link": {
      const text = inline(node);
      return text === node.url || text === "" ? node.url : `${text} (${node.url})`;
    }
    case "html":
      return plainHtml(node.value);
    case "image":
    case "footnoteReference":
      return "";
    default:
      return "children" in node ? inline(node) : "";
  }
}

/** What stands between the tags; comments are for programs. */
function plainHtml(html: string): string {
  return html
    .replace(/<!--[\s\S]*?-->/g, "")
    .replace(/<[^>]*>/g, "")
    .trim();
}

function shift(text: string, columns: number): string {
  return text.replace(/^(?=.)/gm, " ".repeat(columns));
}
