import type { Oid } from "../../core/repository.ts";
import type { FoundLine } from "../../ports/code.ts";
import type { Mirror } from "../mirror.ts";
import { treePath } from "./tree-path.ts";

export interface Search {
  readonly commit: Oid;
  readonly words: string;
  readonly path?: string;
  readonly limit: number;
}

/** Lines that hold the words. Words of several lines are on none; throws CoppiceError git-failed after 20 s. */
export async function search(mirror: Mirror, { commit, words, path, limit }: Search): Promise<readonly FoundLine[]> {
  const place = treePath(path ?? "");
  if (words.trim() === "" || /[\n\0]/.test(words) || place === undefined) return [];
  const options = ["--fixed-strings", "--ignore-case", "-I", "--line-number", "--null", "--full-name", "--no-color"];
  const { stdout } = await mirror.git(
    ["--literal-pathspecs", "grep", ...options, "-e", words, commit, "--", ...(place === "" ? [] : [place])],
    // 1: nothing found.
    { accept: [1], maxBytes: 4 * 1024 * 1024, truncate: true, timeoutMilliseconds: 20_000 },
  );
  // The last piece is empty, or a line that was cut.
  const lines = stdout.toString().split("\n").slice(0, -1);
  return lines.slice(0, limit).flatMap((line) => parseLine(line, { commit, words }));
}

/** `<commit>:<path>NUL<line>NUL<text>`; a path may hold a line end, and such a file is left out. */
function parseLine(line: string, { commit, words }: Pick<Search, "commit" | "words">): readonly FoundLine[] {
  const [place = "", number, text] = line.split("\0");
  if (!place.startsWith(`${commit}:`) || number === undefined || text === undefined) return [];
  return [{ path: place.slice(commit.length + 1), line: Number(number), text: around(text, words) }];
}

/** At most 300 characters of a line, the words among them. */
function around(text: string, words: string): string {
  if (text.length <= 300) return text;
  const at = Math.max(0, text.toLowerCase().indexOf(words.toLowerCase()) - 100);
  return text.slice(at, at + 300);
}
