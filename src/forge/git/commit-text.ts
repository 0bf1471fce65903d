import { timestamp } from "../site.ts";

/** Who wrote or committed, and when (ISO 8601). */
export interface Signature {
  readonly name: string;
  readonly email: string;
  readonly date: string;
}

export interface Commit {
  readonly oid: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Signature;
  readonly committer: Signature;
  readonly message: string;
}

/** A commit object's content, as git writes it. Throws when git would refuse it: a NUL, nobody's name, no date. */
export function formatCommit(commit: Omit<Commit, "oid">): Buffer {
  const { tree, parents, author, committer, message } = commit;
  if (message.includes("\0")) throw new Error("a commit message holds no NUL");
  const lines = [
    `tree ${tree}`,
    ...[...new Set(parents)].map((parent) => `parent ${parent}`),
    `author ${identity(author)}`,
    `committer ${identity(committer)}`,
    "",
    message.endsWith("\n") || message === "" ? message : `${message}\n`,
  ];
  return Buffer.from(lines.join("\n"));
}

/** Without what would end the field, and without punctuation around it. */
function identity({ name, email, date }: Signature): string {
  const clean = (text: string) => text.replace(/[\n<>\0]/g, "").replace(/^[\s.,:;"\\']+|[\s.,:;"\\']+$/g, "");
  const seconds = Math.floor(Date.parse(date) / 1000);
  if (clean(name) === "" || !Number.isInteger(seconds)) throw new Error(`no commit can be signed ${name}, ${date}`);
  return `${clean(name)} <${clean(email)}> ${Math.max(0, seconds)} +0000`;
}

/** Reads a commit object; undefined when its text is not UTF-8, or it is put together in an unusual way. */
export function parseCommit(oid: string, content: Buffer): Commit | undefined {
  const text = content.toString("utf8");
  const end = text.indexOf("\n\n");
  const head = end === -1 ? text : text.slice(0, end);
  const field = (name: string) => new RegExp(`^${name} (.*)$`, "m").exec(head)?.[1];
  const [author, committer] = [parseSignature(field("author")), parseSignature(field("committer"))];
  if (field("encoding") !== undefined || text.includes("\ufffd") || !author || !committer) return undefined;
  return {
    oid,
    tree: field("tree") ?? "",
    parents: [...head.matchAll(/^parent ([0-9a-f]{40})$/gm)].map(([, parent = ""]) => parent),
    author,
    committer,
    message: end === -1 ? "" : text.slice(end + 2).replace(/\n$/, ""),
  };
}

function parseSignature(line = ""): Signature | undefined {
  const [, name, email, seconds] = /^(.*?) ?<([^<>]*)> (\d+) [+-]\d+$/.exec(line) ?? [];
  if (name === undefined || email === undefined) return undefined;
  return { name, email, date: timestamp(new Date(Number(seconds) * 1000)) };
}
