/** Where leases, trash and candidates lie: under a name of their own, or as branches where the remote takes no such refs. */
export type RefSpace = "own" | "branches";

/** It is there where they are branches: put there once, for every process to see, and never taken away. */
export const branchesChosen = "refs/heads/coppice-leases/chosen";

/** A ref below `refs/coppice/` as it is called in that space. */
export function inSpace(ref: string, space: RefSpace): string {
  return space === "own" ? ref : ref.replace(/^refs\/coppice\//, "refs/heads/coppice-");
}

/** What the same ref is called in the other space. */
export function inOtherSpace(ref: string): string {
  if (!isBranch(ref)) return inSpace(ref, "branches");
  return ref.replace(/^refs\/heads\/coppice-/, "refs/coppice/");
}

/** Of a lease, trash or candidate ref: it lies among the branches. */
export function isBranch(ref: string): boolean {
  return ref.startsWith("refs/heads/");
}

/** Work that an agent is still doing, as it was when its lease was last renewed; nobody has verified it. */
export function candidateRef(issue: number, epoch: number): string {
  return `refs/coppice/candidates/${issue}-${epoch}`;
}
