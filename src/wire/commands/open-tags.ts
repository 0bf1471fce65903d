const voidTags = new Set("area base br col embed hr img input link meta source track wbr".split(" "));
/** Their content is text until their own end tag. */
const rawTags = new Set("iframe noembed noframes plaintext script style textarea title xmp".split(" "));
/** An end tag closes nothing that lies outside one of these. */
const walls = new Set("applet caption html marquee math object svg table td template th".split(" "));
/** Often written with a slash at the end, and hiding nothing. */
const harmless = new Set(["a", "p"]);
/** A comment or a tag that has no end where its Markdown ends: how much it hides is not known. */
const endless = "<endless>";

/** What they hold is folded away or not shown at all. */
const hiding = new Set(["details", "dialog", "template", endless, ...rawTags]);

/** Comments first, then what a browser takes for one, then tags with their attributes, ended or not. */
const token =
  /<!--(?:>|->|[\s\S]*?(?:-->|--!>|(?<endless>$)))|<(?:[!?]|\/[^a-z>])[^>]*>?|<(?<slash>\/?)(?<name>[a-z][^\s/>]*)(?:[^>=]|=\s*"[^"]*"|=\s*'[^']*'|=)*(?<end>>?)/gi;

/** The HTML elements that are open after each piece of raw HTML, read as a browser does; where it is unclear, more are open. */
export class OpenTags {
  readonly #open: string[] = [];

  /** Nothing is open: text here is the comment's own. */
  get none(): boolean {
    return this.#open.length === 0;
  }

  /** Text here is not shown. */
  get hides(): boolean {
    return this.#open.some((name) => hiding.has(name));
  }

  read(html: string): void {
    for (const { groups = {}, 0: source } of html.matchAll(token)) {
      const { slash, name = "", end, endless: cut } = groups;
      if (cut !== undefined || end === "") this.seal();
      else if (name !== "") this.#tag(name.toLowerCase(), slash === "/", source.endsWith("/>"));
    }
  }

  /** A list or quote ends, and with it every element opened inside, unless what was opened has no end. */
  leave(inner: OpenTags): void {
    if (inner.#open.some((name) => name === endless || rawTags.has(name))) this.seal();
  }

  /** From here on nothing is the comment's own text. */
  seal(): void {
    this.#open.push(endless);
  }

  #tag(name: string, closes: boolean, closed: boolean): void {
    const last = this.#open.at(-1) ?? "";
    if (last === endless || (rawTags.has(last) && !(closes && name === last))) return;
    if (closes) this.#close(name);
    else if (!voidTags.has(name) && !(closed && harmless.has(name))) this.#open.push(name);
  }

  #close(name: string): void {
    const at = this.#open.lastIndexOf(name);
    const wall = this.#open.findLastIndex((one) => walls.has(one));
    if (at >= 0 && at >= wall) this.#open.length = at;
  }
}
