import type { Oid } from "../core/repository.ts";
import type { Ledger, LedgerHead } from "../ports/forge/ledger.ts";
import { carryOver } from "./plan-files.ts";

/** A ledger whose head is remembered: every commit is checked by compare-and-swap, so that an old head costs a second try and never a lost change. */
export interface RememberedLedger extends Pick<Ledger, "read" | "commit"> {
  /** Somebody else may have committed: the next read asks. With the head that is said to be new: unless it is known here. */
  doubt(head?: Oid): void;
}

/** Heads known here: what webhooks tell of our own commits names one of the latest. */
const maxKnown = 200;

export function rememberLedger(ledger: Pick<Ledger, "read" | "commit">): RememberedLedger {
  const known = new Set<Oid>();
  /** Heads told of while commits of ours are under way: they may turn out to be those. */
  const told: Oid[] = [];
  let committing = 0;
  let head: LedgerHead | undefined;
  /** The newest head that was seen, doubted or not. */
  let latest: LedgerHead | undefined;
  let reading: Promise<LedgerHead> | undefined;
  /** Counts what makes a read under way too old to be kept. */
  let changes = 0;

  const keep = (newest: LedgerHead) => {
    head = newest;
    latest = newest;
    known.delete(newest.oid);
    known.add(newest.oid);
    for (const oldest of known) {
      if (known.size <= maxKnown) break;
      known.delete(oldest);
    }
  };
  const forget = () => {
    changes += 1;
    head = undefined;
    reading = undefined;
  };
  const doubt = (oid?: Oid) => {
    if (oid === undefined) forget();
    else if (committing > 0) told.push(oid);
    else if (!known.has(oid)) forget();
  };
  const ask = async () => {
    const before = changes;
    try {
      const newest = await ledger.read();
      if (latest?.oid === newest.oid) carryOver(latest, newest, []);
      if (before === changes) keep(newest);
      return newest;
    } finally {
      if (before === changes) reading = undefined;
    }
  };

  return {
    doubt,
    async read() {
      if (head !== undefined) return head;
      reading ??= ask();
      return reading;
    },
    async commit(change) {
      const before = changes;
      const from = head;
      committing += 1;
      try {
        const answer = await ledger.commit(change);
        if (answer.kind === "committed" && from?.oid === change.expected) carryOver(from, answer.head, change.files);
        const doubted = changes !== before;
        forget();
        // What was doubted meanwhile may lie on top of this commit.
        if (answer.kind === "committed") doubted ? known.add(answer.head.oid) : keep(answer.head);
        return answer;
      } catch (error) {
        forget();
        throw error;
      } finally {
        committing -= 1;
        if (committing === 0) for (const oid of told.splice(0)) doubt(oid);
      }
    },
  };
}
