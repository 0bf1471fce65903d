import { createHash, randomUUID } from "node:crypto";

/** How this hub names runs. */
export interface RunIds {
  /** A new run's, unlike any other hub's. */
  create(): string;
  /** Whether this hub made it, in this life or an earlier one. */
  isOwn(run: string): boolean;
}

/** Run ids that end in their hub's mark: workers' names are unique within one hub only, so a lease's holder says whose worker it means. */
export function runIds(hubId: string): RunIds {
  const mark = `-${createHash("sha256").update(hubId).digest("hex").slice(0, 16)}`;
  return { create: () => `${randomUUID()}${mark}`, isOwn: (run) => run.length > mark.length && run.endsWith(mark) };
}
