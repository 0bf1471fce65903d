import type { RepositoryName } from "../core/repository.ts";
import { fullName } from "../core/repository.ts";

/** What there is to look at again. Handlers make these and nothing else. */
export type Work =
  | { readonly kind: "issue"; readonly repository: RepositoryName; readonly issue: number }
  /** Issues, pull requests or checks changed; by whom, where that is known: a repository does not listen to its own echo. */
  | {
      readonly kind: "repository";
      readonly repository: RepositoryName;
      readonly by?: string;
      /** Which issues and pull requests; any, where absent. */
      readonly of?: readonly number[];
    }
  /** A branch moved to this commit. */
  | {
      readonly kind: "push";
      readonly repository: RepositoryName;
      readonly branch: string;
      readonly head: string;
      readonly by?: string;
    }
  /** Somebody edited or deleted a bot's comment on this issue. */
  | { readonly kind: "comment"; readonly repository: RepositoryName; readonly issue: number }
  /** Look for comments that no webhook told of. */
  | { readonly kind: "sweep"; readonly repository: RepositoryName }
  /** The list of repositories the app is installed on may have changed. */
  | { readonly kind: "installations" };

export type Enqueue = (work: Work) => void;

/** Work with the same key is the same work. */
export function workKey(work: Work): string {
  switch (work.kind) {
    case "issue":
      return `${fullName(work.repository)}#${work.issue}`;
    case "repository":
      return `${fullName(work.repository)}${by(work)}${work.of === undefined ? "" : ` of ${work.of}`}`;
    case "push":
      return `${fullName(work.repository)} ${work.branch}${by(work)}`;
    case "comment":
      return `${fullName(work.repository)}#${work.issue} comment`;
    case "sweep":
      return `${fullName(work.repository)} sweep`;
    case "installations":
      return "installations";
  }
}

/** What one does never hides what another did. */
function by(work: { readonly by?: string }): string {
  return work.by === undefined ? "" : ` by ${work.by}`;
}
