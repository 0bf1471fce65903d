import type { Element, ElementContent, Root, RootContent, Text } from "hast";
import type { MarkdownPlace } from "./markdown.ts";

/** Prepares a sanitized tree for our pages: links made safe and useful, remote pictures named, diagrams folded. */
export function polish(tree: Root, place: MarkdownPlace): Root {
  return { ...tree, children: tree.children.flatMap((node) => polishNode(node, { place, linked: false })) };
}

interface Context {
  readonly place: MarkdownPlace;
  /** Inside a link or code, where `#12` stays text. */
  readonly linked: boolean;
}

function polishNode<Node extends RootContent | ElementContent>(
  node: Node,
  context: Context,
): (Node | ElementContent)[] {
  if (node.type === "text") return polishText(node, context);
  if (node.type !== "element") return [];
  const linked = context.linked || ["a", "code", "pre"].includes(node.tagName);
  const children = node.children.flatMap((child) => polishNode(child, { ...context, linked }));
  return [polishElement({ ...node, children }, context)];
}

function polishElement(element: Element, { place }: Context): Element {
  if (element.tagName === "a") return polishLink(element, place);
  if (element.tagName === "img") return polishPicture(element, place);
  if (element.tagName === "table") return wrap("div", { className: ["table-scroll"] }, [element]);
  if (element.tagName === "pre" && isFenceOf(element, "diff")) return colourLines(element);
  if (element.tagName === "pre" && isFenceOf(element, "mermaid")) {
    const summary = wrap("summary", {}, [{ type: "text", value: "Diagram source" }]);
    return wrap("details", { className: ["diagram-source"] }, [summary, element]);
  }
  return element;
}

function polishLink(element: Element, place: MarkdownPlace): Element {
  const href = localAddress(String(element.properties.href ?? ""), place, "blob");
  return { ...element, properties: { ...element.properties, href, rel: ["nofollow", "noopener", "noreferrer"] } };
}

/** A picture from elsewhere would tell its server who reads this page, so it becomes a link that says what it shows. */
function polishPicture(element: Element, place: MarkdownPlace): Element {
  const source = localAddress(String(element.properties.src ?? ""), place, "raw");
  const alt = String(element.properties.alt ?? "");
  if (source.startsWith("/") && !source.startsWith("//")) {
    return { ...element, properties: { ...element.properties, src: source, alt, loading: "lazy" } };
  }
  const label: Text = { type: "text", value: alt === "" ? "picture" : alt };
  if (!/^https?:/i.test(source)) return wrap("span", { className: ["picture-elsewhere"] }, [label]);
  return wrap("a", { href: source, className: ["picture-elsewhere"], rel: ["nofollow", "noopener", "noreferrer"] }, [
    label,
  ]);
}

/** A file's relative address, made to lead into its repository; anything else as it is. */
function localAddress(address: string, { repository, branch }: MarkdownPlace, view: "blob" | "raw"): string {
  if (branch === undefined || address === "" || /^(?:[a-z][a-z0-9+.-]*:|\/|#|\\)/i.test(address)) return address;
  const path = new URL(address, "http://x/").pathname;
  return `${repository}/${view}/${encodeURIComponent(branch)}${path}`;
}

/** A diff's added and removed lines, told apart by colour as well as by their sign. */
function colourLines(element: Element): Element {
  const children = element.children.map((code) => {
    const [text] = code.type === "element" ? code.children : [];
    if (code.type !== "element" || text?.type !== "text") return code;
    const lines = text.value.split(/(?<=\n)/).map((value): ElementContent => {
      const line: Text = { type: "text", value };
      const sign = lineClasses[value.slice(0, 1)];
      return sign === undefined ? line : wrap("span", { className: [sign] }, [line]);
    });
    return { ...code, children: lines };
  });
  return { ...element, children };
}

const lineClasses: Readonly<Record<string, string>> = { "+": "line-added", "-": "line-removed" };

function isFenceOf(element: Element, language: string): boolean {
  const [code] = element.children;
  const classes = code?.type === "element" ? code.properties.className : undefined;
  return Array.isArray(classes) && classes.includes(`language-${language}`);
}

function polishText(node: Text, { place, linked }: Context): (Text | Element)[] {
  const value = visible(node.value);
  if (linked || place.repository === "") return [{ type: "text", value }];
  // `#12`, but not inside a word, an address or an entity.
  return value.split(/(?<![\w&/#])(#\d{1,9})\b/).flatMap((part, index): (Text | Element)[] => {
    if (part === "") return [];
    const text: Text = { type: "text", value: part };
    // The forge answers a pull request's number under /issues/ with a redirect.
    return index % 2 === 0 ? [text] : [wrap("a", { href: `${place.repository}/issues/${part.slice(1)}` }, [text])];
  });
}

/** Without characters that reorder or hide text: bidirectional controls, and tags that no font shows. */
export function visible(text: string): string {
  return text.replace(/[\u202A-\u202E\u2066-\u2069\u200E\u200F\u061C]|[\u{E0000}-\u{E007F}]/gu, "");
}

function wrap(tagName: string, properties: Element["properties"], children: ElementContent[]): Element {
  return { type: "element", tagName, properties, children };
}
