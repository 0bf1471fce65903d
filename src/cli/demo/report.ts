import type { RouteCount } from "../../forge/index.ts";
import type { Screen } from "../screen/screen.ts";
import { formatTable } from "../screen/table.ts";
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
export function formatReport(result: DemoResult, screen: Screen): string {
  const { colors } = screen;
  const { tasks, tasksDone, mostAtOnce, pulls, seconds, before, after } = result;
  const merged = pulls.filter((pull) => pull.merged).length;
  const total = result.requests.reduce((sum, { count }) => sum + count, 0);
  const creations = result.requests.reduce((sum, row) => sum + row.creations, 0);
  return [
    "",
    `Requests to the forge since its start: ${total}, of which ${creations} created content (those of the person and of git included)`,
    "",
    routes(result.requests, screen),
    "",
    colors.bold(
      isSuccess(result) ? colors.green("From an issue to merged pull requests") : colors.red("Not everything worked"),
    ),
    "",
    `  ${tasksDone} of ${tasks} tasks done, at most ${mostAtOnce} at once, in ${seconds} s`,
    `  ${merged} of ${pulls.length} pull requests merged`,
    `  the sample's own tests on its merged main: ${after.passed} passed, ${after.failed} failed (before: ${before.passed} passed)`,
    "",
  ].join("\n");
}

/** Routes that are told one by one: the rest would push what matters off the screen. */
const mostRoutes = 8;

function routes(requests: readonly RouteCount[], screen: Screen): string {
  const sorted = [...requests].sort((one, other) => other.count - one.count);
  const rest = sorted.splice(mostRoutes);
  if (rest.length > 0) {
    const sum = (of: "count" | "creations") => rest.reduce((total, row) => total + row[of], 0);
    sorted.push({ route: `${rest.length} other routes`, count: sum("count"), creations: sum("creations") });
  }
  const rows = sorted.map(({ route, count, creations }) => [`${count}`, creations === 0 ? "" : `${creations}`, route]);
  return formatTable({ head: ["requests", "created", "route"], rows, flexible: 2, numbers: [0, 1] }, screen);
}
