import { describe, expect, it } from "vitest";
import { renderMarkdown } from "../../../src/forge/pages/markdown.ts";

const place = { repository: "/octo/tree" };

const hostile = [
  "<script>alert(1)</script>",
  "<scr<script>ipt>alert(1)</scr</script>ipt>",
  "<SCRIPT/x>alert(1)</SCRIPT>",
  "<img src=x onerror=alert(1)>",
  "<img src='x' onerror\n=\nalert(1)>",
  "![x](javascript:alert(1))",
  "![x](data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+)",
  '![a](x "y" onerror=alert(1))',
  "[x](javascript:alert(1))",
  "[x](JaVaScRiPt:alert(1))",
  "[x](java\tscript:alert(1))",
  "[x](&#106;avascript:alert(1))",
  "[x](&#x6A&#x61vascript:alert(1))",
  "[x]( javascript:alert(1))",
  "[x](vbscript:msgbox(1))",
  "[x](data:text/html,<script>alert(1)</script>)",
  "<javascript:alert(1)>",
  "[x]: javascript:alert(1)\n\n[x]",
  "<a href='javascript:alert(1)'>x</a>",
  "<a href='\u0001javascript:alert(1)'>x</a>",
  "<svg onload=alert(1)><circle/></svg>",
  "<svg><script>alert(1)</script></svg>",
  "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
  "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
  "<iframe src='https://example.com'></iframe>",
  "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
  "<object data='javascript:alert(1)'></object><embed src='javascript:alert(1)'>",
  "<form action='https://example.com'><input name=token><button>go</button></form>",
  "<style>body{background:url(https://example.com/leak)}</style>",
  "<p style='background:url(https://example.com/leak)'>x</p>",
  "<link rel=stylesheet href=https://example.com/x.css><meta http-equiv=refresh content='0;url=https://example.com'><base href=https://example.com>",
  "<details ontoggle=alert(1) open><summary>x</summary></details>",
  "<video src=x onerror=alert(1)></video><audio src=x onerror=alert(1)></audio>",
  "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
  "<textarea></textarea><img src=x onerror=alert(1)>",
  "<template><script>alert(1)</script></template>",
  "<!--<img src='--><img src=x onerror=alert(1)//'>",
  "```js\n</code></pre><script>alert(1)</script>\n```",
  "`<img src=x onerror=alert(1)>`",
  "| a |\n|---|\n| <img src=x onerror=alert(1)> |",
  "> - <b onmouseover=alert(1)>x</b>\n>   - [y](javascript:alert(1))",
  "[^1]\n\n[^1]: <img src=x onerror=alert(1)>",
  "#12<script>alert(1)</script>",
  "<a name='csrf' id='session'>x</a><input type=hidden name=csrf value=stolen>",
];

/** Tags and attributes that our pages let a text have; anything else in the output fails. */
const tags =
  /^(a|b|blockquote|br|code|dd|del|details|div|dl|dt|em|h[1-6]|hr|i|img|input|kbd|li|ol|p|pre|q|s|samp|section|span|strong|sub|summary|sup|table|tbody|td|tfoot|th|thead|tr|tt|ul|var)$/;
const attributes =
  /^(align|alt|aria-describedby|aria-label|checked|class|data-footnote(?:s|-[a-z]+)|dir|disabled|height|href|id|loading|name|open|rel|src|start|title|type|value|width)$/;

describe("Markdown on the forge's pages", () => {
  it.each(hostile)("leaves nothing executable of %j", (text) => {
    const html = renderMarkdown(text, place);
    for (const [, name = "", rest = ""] of html.matchAll(/<([a-zA-Z][^\s/>]*)((?:"[^"]*"|[^>"])*)>/g)) {
      expect(name).toMatch(tags);
      for (const [, attribute = "", value = ""] of rest.matchAll(/([^\s"=/]+)(?:="([^"]*)")?/g)) {
        expect(attribute).toMatch(attributes);
        if (attribute === "src") expect(value).toMatch(/^\/(?!\/)/);
        if (attribute === "href") expect(protocolOf(value)).toMatch(/^(https?|mailto):$/);
        if (attribute === "id" || attribute === "name") expect(value).toMatch(/^user-content-/);
      }
    }
    expect(html.replace(/<[^>]*>/g, "")).not.toContain("<");
  });

  it("renders what GitHub renders", () => {
    const html = renderMarkdown(
      "# T\n\n- [x] done\n\n| a |\n|---|\n| ~~b~~ |\n\n<details><summary>More</summary>\n\n**in**\n\n</details>",
      place,
    );
    expect(html).toContain("<h1>T</h1>");
    expect(html).toContain('type="checkbox" checked disabled');
    expect(html).toContain("<del>b</del>");
    expect(html).toMatch(/<details><summary>More<\/summary>\s*<p><strong>in<\/strong><\/p>\s*<\/details>/);
  });

  it("hides HTML comments, also ones that are never closed", () => {
    expect(renderMarkdown("a\n\n<!-- coppice:plan=7 -->\n\nb", place)).not.toContain("coppice");
    expect(renderMarkdown("a <!-- secret\n\nb", place)).not.toContain("<!--");
  });

  it("links #12 to its thread, but not in code, links or words", () => {
    expect(renderMarkdown("see #12, a#13 `#14` [#15](https://example.com)", place).match(/href="[^"]*"/g)).toEqual([
      'href="/octo/tree/issues/12"',
      'href="https://example.com"',
    ]);
  });

  it("loads no picture from elsewhere and leads a README's own into the repository", () => {
    expect(renderMarkdown("![build](https://example.com/badge.svg)", place)).not.toContain("<img");
    const readme = { repository: "/octo/tree", branch: "main" };
    expect(renderMarkdown("![logo](docs/../logo.png)", readme)).toContain('src="/octo/tree/raw/main/logo.png"');
    expect(renderMarkdown("[guide](docs/guide.md)", readme)).toContain('href="/octo/tree/blob/main/docs/guide.md"');
  });

  it("drops characters that reorder or hide what is read", () => {
    expect(renderMarkdown("a\u202Eb\u2066c\u{E0041}d", place)).toBe("<p>abcd</p>");
  });

  it("folds diagrams of languages it does not draw", () => {
    expect(renderMarkdown("```mermaid\ngraph TD\n```", place)).toContain("<details");
  });

  it.each([
    ["nested lists", "- ".repeat(30_000)],
    ["nested quotes", "> ".repeat(30_000)],
    ["nested tags", "<div>".repeat(20_000)],
    ["indented lists", Array.from({ length: 250 }, (_, depth) => `${" ".repeat(depth * 2)}- x`).join("\n")],
    ["brackets", "[".repeat(60_000)],
    ["emphasis", "*a_ ".repeat(16_000)],
    ["a very long text", "word ".repeat(100_000)],
  ])("answers %s in bounded time", (_, text) => {
    const start = performance.now();
    expect(renderMarkdown(text, place)).not.toBe("");
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});

/** The protocol a browser would follow for an attribute's text. */
function protocolOf(attribute: string): string {
  const text = attribute.replaceAll("&#x26;", "&").replaceAll("&#x22;", '"').replaceAll("&#x27;", "'");
  return new URL(text, "http://forge.example/").protocol;
}

it("tells a diff's added and removed lines apart, and runs nothing in them", () => {
  const html = renderMarkdown("```diff\n-old <b>\n+new\n same\n```", place);
  expect(html).toContain(
    '<span class="line-removed">-old &#x3C;b>\n</span><span class="line-added">+new\n</span> same',
  );
});
