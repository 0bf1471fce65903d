/** What a plan may hold. GitHub sets the two fifties: 50 blockers an issue, 100 sub-issues a parent including closed ones. */
export const planLimits = {
  tasks: 50,
  needs: 50,
  goal: 4_000,
  title: 120,
  description: 8_000,
  acceptance: 20,
  acceptanceLine: 500,
  specialist: 80,
  touches: 50,
  touchesPath: 300,
  /** A day. */
  timeoutMinutes: 1_440,
  /** Revisions kept in the record; older ones are in the ledger branch's history. */
  revisions: 100,
} as const;
