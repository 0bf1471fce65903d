const voidTags = new Set("area base br col embed hr img input link meta source track wbr".split(" "));
/** To a browser their content is text until their own end tag; GitHub shows the tags as text: both may be meant. */
const rawTags = new Set("iframe noembed noframes plaintext script style textarea title xmp".split(" "));
/** An end tag closes nothing that lies outside one of these. */
const walls = new Set("applet caption html marquee math object svg table td template th".split(" "));
/** Their end tags close what lies inside; other end tags close none of these. */
const blocks = new Set(
  "address article aside blockquote button center details dialog dir div dl dd dt fieldset figcaption figure footer h1 h2 h3 h4 h5 h6 header hgroup li listing main menu nav ol p pre search section summary ul".split(
    " ",
  ),
);
/** They go on behind the list or quote they were opened in, and make what follows code, a link or struck out. */
const lasting = new Set(["a", "code", "s", "strike", "tt"]);
/** Often written with a slash at the end, and hiding nothing. */
const harmless = new Set(["a", "p"]);
/** A comment or a tag that has no end where its Markdown ends: how much it hides is not known. */
const endless = "<endless>";
/** More elements inside each other nobody writes. */
const maxOpen = 100;

/** What they hold is folded away or not shown at all. */
const hiding = new Set(["details", "dialog", "template", endless]);

/** Comments first, then what a browser takes for one, then tags with their attributes, ended or not. */
const token =
  /<!--(?:>|->|[\s\S]*?(?:-->|--!>|(?<endless>$)))|<(?:[!?]|\/[^a-z>])[^>]*(?:>|(?<cut>$))|<(?<slash>\/?)(?<name>[a-z][^\s/>]*)(?:[^>=]|=\s*"[^"]*(?:"|$)|=\s*'[^']*(?:'|$)|=)*(?<end>>?)/gi;

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
      const { slash, name = "", end } = groups;
      if (groups.endless !== undefined || groups.cut !== undefined || end === "") this.seal();
      else if (name !== "") this.#tag(name.toLowerCase(), slash === "/", source.endsWith("/>"));
    }
  }

  /** A list, quote or the like ends, and with it what was opened inside, unless that has no end or outlasts it. */
  leave(inner: OpenTags): void {
    if (inner.#open.some((name) => name === endless || walls.has(name))) this.seal();
    this.#open.push(...inner.#open.filter((name) => lasting.has(name)));
  }

  /** From here on nothing is the comment's own text. */
  seal(): void {
    this.#open.push(endless);
  }

  #tag(name: string, closes: boolean, closed: boolean): void {
    const last = this.#open.at(-1) ?? "";
    if (last === endless) return;
    if (rawTags.has(name)) this.seal();
    else if (closes) this.#close(name);
    else if (!voidTags.has(name) && !(closed && harmless.has(name))) {
      this.#open.push(this.#open.length < maxOpen ? name : endless);
    }
  }

  #close(name: string): void {
    const at = this.#open.lastIndexOf(name);
    const above = this.#open.slice(at + 1);
    if (at < 0 || above.some((one) => walls.has(one))) return;
    if (!blocks.has(name) && above.some((one) => blocks.has(one))) return;
    this.#open.length = at;
    this.#open.push(...above.filter((one) => lasting.has(one)));
  }
}
