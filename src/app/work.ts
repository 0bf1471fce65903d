import type { RepositoryName } from "../core/repository.ts";
import { fullName } from "../core/repository.ts";

/** What there is to look at again. Handlers make these and nothing else. */
export type Work =
  | { readonly kind: "issue"; readonly repository: RepositoryName; readonly issue: number }
  | { readonly kind: "repository"; readonly repository: RepositoryName }
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
      return fullName(work.repository);
    case "sweep":
      return `${fullName(work.repository)} sweep`;
    case "installations":
      return "installations";
  }
}
