import fc from "fast-check";
import type { Nodes } from "hast";
import rehypeRaw from "rehype-raw";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import remarkRehype from "remark-rehype";
import { unified } from "unified";
import { expect, test } from "vitest";
import { readComment } from "../../../src/wire/commands/command-lines.ts";

const commandLines = (body: string) => readComment(body).lines;

/** Another Markdown parser and a browser's HTML parser: what a reader sees. */
const page = unified().use(remarkParse).use(remarkGfm).use(remarkRehype, { allowDangerousHtml: true }).use(rehypeRaw);

const pieces = fc.constantFrom(
  ..."/approve|/view|/add x|/approve|\n/view|\n/add x|\n|\n|word".split("|"),
  ..."/approve|/view|/add x|/approve|word| |\n|\n|\n|\n\n|\n/view|\n/add x|> |- |1. |```|~~~|`|``|~~".split("|"),
  ...'<!--|-->|<!-->|<details>|</details>|<details/>|<b>|</b>|<div>|</div>|<div|>|<i title="|">|"|\''.split("|"),
  ..."<?|?>|<![CDATA[|]]>|<!X|<br>|<p>|<table>|<td>|<pre>|</pre>|<code>|</code>|<summary>|<a href='x'>|</a>".split("|"),
  ..."*|_|[|]|(|)|](|[^1]|[^1]: |: |![|    |\t|#|===|---|\\|&amp;|<|</|[a]: b|<https://x.y>|\r\n|\r".split("|"),
  ..."javascript:x|data:a|[x]: javascript:a|](data:x|&#106;avascript:|[^a]: x|[^a]|y\n/approve|\n\n    y".split("|"),
  "|",
  "|-|",
);

test("what is obeyed begins a line of the page's own text, on two thousand hostile pages", () => {
  let seen = 0;
  fc.assert(
    fc.property(fc.array(pieces, { minLength: 3, maxLength: 18 }), (parts) => {
      const body = parts.join("").replace(/\r\n?/g, "\n");
      fc.pre(!emptyItem.test(body));
      const obeyed = commandLines(body);
      if (obeyed.length === 0) return;
      const shown = linesOf(page.runSync(page.parse(body)));
      for (const { text } of obeyed) {
        const at = shown.findIndex((line) => line.startsWith(text.slice(0, 4)));
        expect(at, JSON.stringify(body)).toBeGreaterThanOrEqual(0);
        shown.splice(at, 1);
        seen += 1;
      }
    }),
    { numRuns: 2_000, seed: 7 },
  );
  expect(seen).toBeGreaterThan(300);
});

/** An empty item inside another list or quote: the two parsers differ about the line below, and it is shown either way. */
const emptyItem = /(?:[-*>]|1\.)[ \t]*(?:[-*]|1\.)[ \t]*\n/;
const inline = new Set(["p", "b", "i", "em", "strong"]);

/** The lines of the page's own text; what is code, a link, folded away or another block is one strange sign. */
function linesOf(root: Nodes): string[] {
  const parts = "children" in root ? root.children.map((node) => (isOwn(node) ? textOf(node) : "\n\u0001\n")) : [];
  return parts
    .join("")
    .split("\n")
    .map((line) => line.trimStart());
}

function isOwn(node: Nodes): boolean {
  return node.type !== "element" || node.tagName === "br" || inline.has(node.tagName);
}

function textOf(node: Nodes): string {
  if (node.type === "text") return node.value;
  if (node.type !== "element") return "\u0001";
  if (node.tagName === "br") return "\n";
  const text = node.children.map(textOf).join("");
  if (node.tagName === "p") return `\n${text}\n`;
  return inline.has(node.tagName) ? text : `\u0001${text.replaceAll("\n", " ")}\u0001`;
}
