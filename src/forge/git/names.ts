/** The object id git uses for "nothing there". */
export const zeroOid = "0".repeat(40);

/** A full object id: 40 lower-case hexadecimal digits. */
export const isOid = (text: string): boolean => /^[0-9a-f]{40}$/.test(text);

/** Whether git accepts this as a full ref name (`refs/…`), at most 1,000 bytes. */
export function isRefName(name: string): boolean {
  return (
    /^refs\/[^/]+\/./.test(name) &&
    Buffer.byteLength(name) <= 1000 &&
    // git check-ref-format: no control characters, spaces, `~^:?*[\`, `..`, `@{`, empty or dotted parts, `.lock` ends.
    !/[\p{Cc} ~^:?*[\\]|\.\.|@\{|\/\/|\/\.|\.$|\/$/u.test(name) &&
    !name.split("/").some((part) => part.endsWith(".lock") || part === "")
  );
}

/** Names that some file system reads as `.git`: Windows' short name, streams, trailing dots and spaces. git refuses them in an index. */
const isGitFolder = (part: string): boolean => /^(?:\.git|git~1)[ .]*(?::.*)?$/i.test(part);

/** Whether this may be the path of a file in a tree: relative, no empty, dot or `.git` parts, no control characters. */
export function isTreePath(path: string): boolean {
  return (
    path !== "" &&
    Buffer.byteLength(path) <= 4096 &&
    !/[\p{Cc}\\]/u.test(path) &&
    path.split("/").every((part) => part !== "" && part !== "." && part !== ".." && !isGitFolder(part))
  );
}

/** Whether GitHub would take this as a repository's name. */
export function isRepositoryName(name: string): boolean {
  return /^[A-Za-z0-9_.-]{1,100}$/.test(name) && name !== "." && name !== ".." && !/\.(git|wiki)$/i.test(name);
}

/** Whether GitHub would take this as a login. */
export function isLogin(login: string): boolean {
  return /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,37}[A-Za-z0-9])?$/.test(login) && !login.includes("--");
}
