import type { BudgetPriority } from "../core/budget/limits.ts";
import { budgetPriorities } from "../core/budget/limits.ts";
import type { Clock } from "../ports/clock.ts";

/** A read on its way is joined for so long, milliseconds: what others do meanwhile is told by no webhook that soon. */
export const joinedFor = 250;

/** Identical reads that are asked at once, sent once. */
export interface JoinedReads<Answer> {
  /**
   * Sends, or waits for the answer to one just like it: one that still waits for its turn, or left a moment ago and after
   * all that this client has written. Nobody waits for somebody less urgent. `send` tells when the request leaves.
   */
  read(
    like: { readonly key: string; readonly priority: BudgetPriority },
    send: (leaves: () => void) => Promise<Answer>,
  ): Promise<{ readonly answer: Answer; readonly isJoined: boolean }>;
  /** A write ends, however: what was asked before it may not show it. */
  wrote(): void;
}

interface UnderWay<Answer> {
  readonly answer: Promise<Answer>;
  readonly urgency: number;
  /** Undefined while it waits for its turn. */
  readonly left: () => { readonly at: number; readonly writes: number } | undefined;
}

export function joinReads<Answer>(clock: Pick<Clock, "monotonic">): JoinedReads<Answer> {
  const underWay = new Map<string, UnderWay<Answer>>();
  let writes = 0;
  const isFresh = (other: UnderWay<Answer>) => {
    const left = other.left();
    return left === undefined || (left.writes === writes && clock.monotonic() - left.at <= joinedFor);
  };
  return {
    async read({ key, priority }, send) {
      const urgency = budgetPriorities.indexOf(priority);
      const other = underWay.get(key);
      if (other !== undefined && other.urgency <= urgency && isFresh(other)) {
        return { answer: await other.answer, isJoined: true };
      }
      let left: ReturnType<UnderWay<Answer>["left"]>;
      const answer = send(() => {
        left = { at: clock.monotonic(), writes };
      });
      const own: UnderWay<Answer> = { answer, urgency, left: () => left };
      underWay.set(key, own);
      const forget = () => void (underWay.get(key) === own && underWay.delete(key));
      answer.then(forget, forget);
      return { answer: await answer, isJoined: false };
    },
    wrote() {
      writes += 1;
    },
  };
}
