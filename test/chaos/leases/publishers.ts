import type { HeldLease } from "../../../src/core/lease/lease.ts";
import type { Oid } from "../../../src/core/repository.ts";
import { writeCommit, writeTree } from "../../../src/git/objects.ts";
import { publish } from "../../../src/git/publish.ts";
import { quiet } from "../../git/origin.ts";
import { systemClock } from "../../git/system-clock.ts";
import type { HistoryEvent } from "../history/history.ts";
import type { Claimer } from "./claimers.ts";

/** Work that waits for its push. */
export interface Work {
  readonly held: HeldLease;
  readonly head: Oid;
  /** The branch as the worker found it. */
  readonly expected?: Oid;
}

/** How work is pushed: as the product does, or in a way that must be caught. Gives whether the worker believes it is published. */
export type Push = (claimer: Claimer, work: Work) => Promise<boolean>;

/** The product's own: branch and lease in one atomic push, or neither. */
export const publishing: Push = async ({ mirror }, { held, head, expected }) => {
  const lease = { ...held.lease, phase: "published", head } as const;
  const publisher = { mirror, clock: systemClock, log: quiet };
  const publication = { held, lease, head, files: new Map([["result.md", "Done.\n"]]) };
  const answer = await publish(publisher, { name: held.lease.branch, expected }, publication);
  return answer.kind === "published";
};

/** A commit of some work, in the claimer's mirror only. */
export async function doWork({ mirror, name }: Claimer, { lease }: HeldLease): Promise<Oid> {
  const tree = await writeTree(mirror, new Map([["work.txt", `${name}, epoch ${lease.epoch}\n`]]));
  const author = { name, email: `${name}@example.com` };
  return writeCommit(mirror, { tree, parents: [], message: `Work of epoch ${lease.epoch}`, author });
}

/** What the worker was led to believe, for the history. */
export function toldPublished({ held, head }: Work): HistoryEvent {
  const { issue, holder, epoch } = held.lease;
  return { kind: "told", task: String(issue), answer: "published", holder, epoch, head };
}
