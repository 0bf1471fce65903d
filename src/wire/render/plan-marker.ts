/** What the plan comment says it shows: hidden in its first line so that it can be read back. */
export interface PlanMarker {
  /** The plan's issue number. */
  readonly plan: number;
  readonly revision: number;
  readonly hash: string;
}

export function formatPlanMarker({ plan, revision, hash }: PlanMarker): string {
  return `<!-- coppice:plan=${plan};revision=${revision};hash=${hash} -->`;
}

/** The marker a plan comment begins with; only worth something when the app itself wrote the comment. */
export function findPlanMarker(body: string): PlanMarker | undefined {
  const found = /^<!-- coppice:plan=([1-9]\d{0,9});revision=(\d{1,9});hash=([0-9a-f]{64}) -->/.exec(body);
  if (found === null) return undefined;
  return { plan: Number(found[1]), revision: Number(found[2]), hash: found[3] ?? "" };
}

/** Begins an answer to a comment, so that an answer is given once. */
export function formatAnswerMarker(comment: number): string {
  return `<!-- coppice:answer=${comment} -->`;
}

/** The comment an answer of ours answers. */
export function findAnswerMarker(body: string): number | undefined {
  const found = /^<!-- coppice:answer=([1-9]\d{0,15}) -->/.exec(body);
  return found === null ? undefined : Number(found[1]);
}
