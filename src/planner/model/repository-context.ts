import type { Oid } from "../../core/repository.ts";
import type { Code } from "../../ports/code.ts";
import { untrusted } from "./untrusted.ts";

/** Lines of the overview. */
const maxLines = 400;
/** Files that are counted for it. */
const maxFiles = 100_000;
const maxReadmeBytes = 16_384;

/** The repository as a turn sees it; the same text, byte for byte, for as long as the commit stays. */
export interface RepositoryContext {
  /** Undefined for a repository without commits. */
  readonly commit: Oid | undefined;
  readonly text: string;
}

/** What there is in the repository: its paths and its README, each in a block of its own; read once for each commit. */
export function repositoryContexts(code: Code): () => Promise<RepositoryContext> {
  let latest: RepositoryContext | undefined;
  return async () => {
    const commit = await code.refresh();
    if (latest === undefined || latest.commit !== commit) latest = { commit, text: await describe(code, commit) };
    return latest;
  };
}

async function describe(code: Code, commit: Oid | undefined): Promise<string> {
  if (commit === undefined) return "The repository is empty.";
  const paths = await code.files(commit, maxFiles);
  const files = untrusted("files", overview(paths).join("\n"));
  const readme = paths.find((path) => /^readme(\.(md|markdown|rst|txt))?$/i.test(path));
  const text = readme === undefined ? undefined : await code.read(commit, readme, maxReadmeBytes);
  return text === undefined ? files : `${files}\n\n${untrusted("readme", text)}`;
}

/** All paths, or where they are too many, folders with the number of files in them, as deep as there is room for. */
export function overview(paths: readonly string[]): readonly string[] {
  if (paths.length <= maxLines) return paths;
  let lines: readonly string[] = [];
  for (let depth = 1; depth <= 8; depth++) {
    const deeper = atDepth(paths, depth);
    if (deeper.length > maxLines) break;
    lines = deeper;
  }
  return lines.length > 0 ? lines : [...atDepth(paths, 1).slice(0, maxLines), "… and more"];
}

function atDepth(paths: readonly string[], depth: number): readonly string[] {
  const counts = new Map<string, number>();
  for (const path of paths) {
    const parts = path.split("/");
    const shown = parts.length > depth ? `${parts.slice(0, depth).join("/")}/` : path;
    counts.set(shown, (counts.get(shown) ?? 0) + 1);
  }
  return [...counts].map(([shown, files]) => (shown.endsWith("/") ? `${shown} (${files} files)` : shown));
}
