/** Finds `@name` or `@name[bot]`, not inside a longer name, an address or a path; `name` may end in `[bot]`. */
export function mentionOf(name: string): RegExp {
  const own = name.replace(/\[bot\]$/i, "").replace(/[^a-z0-9-]/gi, "\\$&");
  return new RegExp(`(?<![a-z0-9@./+=-])@${own}(?:\\[bot\\])?(?![a-z0-9/@-]|[._][a-z0-9])`, "i");
}
