import Table from "cli-table3";
import pc from "picocolors";
import type { RouteCount } from "../../forge/index.ts";
import type { SampleTests } from "./sample.ts";

export interface DemoResult {
  readonly tasks: number;
  readonly tasksDone: number;
  readonly mostAtOnce: number;
  readonly pulls: readonly { readonly number: number; readonly title: string; readonly merged: boolean }[];
  readonly seconds: number;
  readonly requests: readonly RouteCount[];
  readonly before: SampleTests;
  readonly after: SampleTests;
}

/** Everything is done, merged, and the sample's own tests pass, more of them than before. */
export function isSuccess({ tasks, tasksDone, pulls, before, after }: DemoResult): boolean {
  const allMerged = pulls.length === tasks && pulls.every(({ merged }) => merged);
  return tasksDone === tasks && allMerged && after.failed === 0 && after.passed > before.passed;
}

/** What happened, for the end of the demo. */
export function formatReport(result: DemoResult): string {
  const { tasks, tasksDone, mostAtOnce, pulls, seconds, before, after } = result;
  const merged = pulls.filter((pull) => pull.merged).length;
  const total = result.requests.reduce((sum, { count }) => sum + count, 0);
  const creations = result.requests.reduce((sum, row) => sum + row.creations, 0);
  return [
    "",
    pc.bold(isSuccess(result) ? pc.green("From an issue to merged pull requests") : pc.red("Not everything worked")),
    "",
    `  ${tasksDone} of ${tasks} tasks done, at most ${mostAtOnce} at once, in ${seconds} s`,
    `  ${merged} of ${pulls.length} pull requests merged`,
    `  the sample's own tests on its merged main: ${after.passed} passed, ${after.failed} failed (before: ${before.passed} passed)`,
    `  ${total} requests to the forge, ${creations} of them created content (those of the person and of git included):`,
    "",
    routes(result.requests),
    "",
  ].join("\n");
}

function routes(requests: readonly RouteCount[]): string {
  const table = new Table({
    head: ["requests", "created", "route"],
    style: { head: [], border: [] },
    colAligns: ["right", "right", "left"],
  });
  for (const { route, count, creations } of [...requests].sort((a, b) => b.count - a.count))
    table.push([count, creations, route]);
  return table.toString();
}
