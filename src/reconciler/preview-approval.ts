import type { Snapshot } from "../core/queue/snapshot.ts";

/** A draft as it would be seen right after somebody approved it as it stands. */
export function approvedAsItIs(snapshot: Snapshot, now: number): Snapshot {
  const { foreign: _, ...state } = snapshot.state;
  const { revision } = state.record;
  const approval = { revision, hash: state.hash, by: "", comment: 0, at: new Date(now).toISOString() };
  return { ...snapshot, state: { ...state, record: { ...state.record, status: { kind: "approved", approval } } } };
}
