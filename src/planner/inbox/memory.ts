import type { CommentView } from "../../ports/forge/comments.ts";

/** What one process remembers of a repository's comments; losing it costs a few requests, and three minutes where another hub died. */
export interface Memory {
  /** Comments, as they were worded then, that need nothing more. */
  readonly seen: Set<string>;
  /** Failed tries by comment id. */
  readonly failures: Map<number, number>;
  /** Other hubs' intents by comment id: which, and since when on our monotonic clock it has been the same. */
  readonly sightings: Map<number, { readonly nonce: string; readonly since: number }>;
  /** Answers of others that wait to be posted, by comment id: since when on our monotonic clock. Undefined before the first look. */
  waiting?: Map<number, number>;
  /** Reactions that an earlier life may have left out were put. */
  hasReacted?: boolean;
}

/** Comments known to hold nothing for us; forgotten together when there are so many. */
const maxSeen = 10_000;

export function emptyMemory(): Memory {
  return { seen: new Set(), failures: new Map(), sightings: new Map() };
}

export function remember({ seen }: Memory, comment: CommentView): void {
  if (seen.size >= maxSeen) seen.clear();
  seen.add(wording(comment));
}

export function isSeen({ seen }: Memory, comment: CommentView): boolean {
  return seen.has(wording(comment));
}

function wording({ id, updatedAt }: CommentView): string {
  return `${id} ${updatedAt}`;
}
