import type { Stage } from "./stage.ts";

/** A worker takes the first open task that waits for nothing and publishes it. */
export async function takeFirst(stage: Stage, plan: number): Promise<void> {
  const { record, plan: planned } = await stage.state(plan);
  for (const { key, needs } of planned.tasks) {
    const issue = stage.world.issues.get(record.tasks[key]?.number ?? 0);
    const isDone = needs.every((need) => stage.world.issues.get(record.tasks[need]?.number ?? 0)?.state === "closed");
    if (issue?.state !== "open" || !isDone || stage.leases.current.has(issue.number)) continue;
    stage.take(plan, key, issue.number);
    await stage.pass(3_000);
  }
}
