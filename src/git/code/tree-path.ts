/** A path as git's trees spell it, `""` for the top; undefined for what no tree can hold: `..`, a leading slash, NUL. */
export function treePath(path: string): string | undefined {
  if (path.startsWith("/") || path.includes("\0") || path.length > 4_000) return undefined;
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  return parts.includes("..") ? undefined : parts.join("/");
}
