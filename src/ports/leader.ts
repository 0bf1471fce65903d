import type { LeaderWord } from "../core/lease/leader.ts";
import type { Oid } from "../core/repository.ts";

/** The leader's ref of one repository, moved only by compare-and-swap and always read back. */
export interface LeaderRef {
  /** The commit there when refs were last listed, which leases are for anyway; asked now where they never were. */
  seen(): Promise<Oid | undefined>;
  /** Whose word a commit at the ref is; undefined when it says none. */
  hubOf(oid: Oid): Promise<string | undefined>;
  /** Moves the ref from `expected` (undefined: absent); gives the new commit, or undefined when somebody was faster. */
  move(expected: Oid | undefined, word: LeaderWord): Promise<Oid | undefined>;
  /** Deletes the ref, if it is still that commit. */
  remove(expected: Oid): Promise<void>;
}
