import { asRequestFailure } from "./errors.ts";
import type { LimitedAnswer } from "./limits.ts";

/** Where a read goes, and as whom. */
export interface ReadAddress {
  /** Method and address with every parameter. */
  readonly key: string;
  /** The authorization header: GitHub's ETags are the token's own, so that under another token nothing is known. */
  readonly authorization: string;
}

/** Answers with their ETags: while nothing has changed, asking again costs nothing of the primary limit. */
export interface KeptAnswers<Answer extends LimitedAnswer> {
  /** Asks with the headers it is given. A 304 is answered by what is kept, and said to be `isUnchanged`. */
  ask(
    address: ReadAddress,
    send: (headers: { readonly "if-none-match"?: string }) => Promise<Answer>,
  ): Promise<{ readonly answer: Answer; readonly isUnchanged: boolean }>;
}

/** What is kept at most: those asked for lately, and none that has more than a sixteenth of the characters. */
export interface KeptBounds {
  readonly entries: number;
  readonly characters: number;
}

interface Kept<Answer> {
  readonly authorization: string;
  readonly etag: string;
  readonly answer: Answer;
  /** Its body as JSON: whoever gets it may do with it what they like. */
  readonly body: string;
}

/** For each client. */
const usualBounds: KeptBounds = { entries: 500, characters: 8_000_000 };

/** Keeps answers that have an ETag. */
export function keepAnswers<Answer extends LimitedAnswer>(bounds = usualBounds): KeptAnswers<Answer> {
  const kept = new Map<string, Kept<Answer>>();
  let characters = 0;
  const drop = (key: string) => {
    characters -= kept.get(key)?.body.length ?? 0;
    kept.delete(key);
  };
  // The latest is the last.
  const keep = (key: string, one: Kept<Answer>) => {
    drop(key);
    kept.set(key, one);
    characters += one.body.length;
    for (const oldest of kept.keys()) {
      if (kept.size <= bounds.entries && characters <= bounds.characters) break;
      drop(oldest);
    }
  };
  return {
    async ask({ key, authorization }, send) {
      const known = kept.get(key);
      const usable = known?.authorization === authorization ? known : undefined;
      try {
        const answer = await send(usable === undefined ? {} : { "if-none-match": usable.etag });
        const one = keepable(answer, authorization);
        if (one !== undefined && one.body.length <= bounds.characters / 16) keep(key, one);
        else drop(key);
        return { answer, isUnchanged: false };
      } catch (error) {
        const response = asRequestFailure(error)?.response;
        if (usable === undefined || response?.status !== 304) throw error;
        if (kept.get(key) === usable) keep(key, usable);
        const { answer, body } = usable;
        const headers = { ...answer.headers, ...response.headers };
        return { answer: { ...answer, headers, data: JSON.parse(body) }, isUnchanged: true };
      }
    },
  };
}

function keepable<Answer extends LimitedAnswer>(answer: Answer, authorization: string): Kept<Answer> | undefined {
  const { etag } = answer.headers;
  if (answer.status !== 200 || typeof etag !== "string" || etag === "") return undefined;
  const body = JSON.stringify(answer.data);
  return body === undefined ? undefined : { authorization, etag, answer: { ...answer, data: undefined }, body };
}
