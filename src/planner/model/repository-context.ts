import type { Oid } from "../../core/repository.ts";
import type { Code } from "../../ports/code.ts";
import { untrusted } from "./untrusted.ts";

/** Paths shown to the model. */
const maxFiles = 500;
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
  const paths = await code.files(commit, maxFiles + 1);
  const shown = paths.length > maxFiles ? [...paths.slice(0, maxFiles), "… and more"] : paths;
  const files = untrusted("files", shown.join("\n"));
  const readme = paths.find((path) => /^readme(\.(md|markdown|rst|txt))?$/i.test(path));
  const text = readme === undefined ? undefined : await code.read(commit, readme, maxReadmeBytes);
  return text === undefined ? files : `${files}\n\n${untrusted("readme", text)}`;
}
