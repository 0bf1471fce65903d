import type { Oid } from "../../core/repository.ts";
import type { LoggedCommit } from "../../ports/code.ts";
import type { Mirror } from "../mirror.ts";
import { treePath } from "./tree-path.ts";

export interface LogOptions {
  readonly commit: Oid;
  readonly path?: string;
  readonly limit: number;
}

/** Four fields, each ended by NUL: no commit can hold one. */
const format = "--format=tformat:%H%x00%cI%x00%an%x00%s";

/** Commits that led to `commit`. Throws CoppiceError git-failed after 20 s. */
export async function logged(mirror: Mirror, { commit, path, limit }: LogOptions): Promise<readonly LoggedCommit[]> {
  const place = treePath(path ?? "");
  if (place === undefined) return [];
  const plain = ["--no-mailmap", "--no-show-signature", "--no-decorate", "--no-color", "--no-notes"];
  const { stdout } = await mirror.git(
    [
      ...["--literal-pathspecs", "log", ...plain, "-z", `--max-count=${limit}`, format],
      ...[commit, "--", ...(place === "" ? [] : [place])],
    ],
    { timeoutMilliseconds: 20_000 },
  );
  const fields = stdout.toString().split("\0");
  const commits: LoggedCommit[] = [];
  for (let index = 0; index + 3 < fields.length; index += 4) {
    const [oid = "", at = "", author = "", subject = ""] = fields.slice(index, index + 4);
    commits.push({ oid, at, author, subject });
  }
  return commits;
}
