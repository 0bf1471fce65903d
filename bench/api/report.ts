import Table from "cli-table3";
import type { RouteCount } from "../../src/forge/index.ts";
import type { IdleCounts, Idleness } from "./idle.ts";
import type { LimitedCost } from "./limits.ts";
import type { Cost } from "./play.ts";
import { isGit, purposeOf, shortRoute } from "./purposes.ts";

/** One plan's cost as tables: the API's requests, then git's, then the totals beside their targets. */
export function formatReport(cost: Cost): string {
  const { tasks, edges, seconds, routes, start, unchanged, joined } = cost;
  const { api, git } = apart(routes);
  return [
    "",
    `${tasks} tasks, ${edges} edges, ${seconds.toFixed(1)} s from the first command to the closed plan`,
    "",
    table(api, tasks),
    table(git, tasks),
    `API requests     ${total(api)} (target ≤ 10 + 5N = ${10 + 5 * tasks}), ${(total(api) / tasks).toFixed(1)} a task`,
    `content created  ${created(api)} (target ≤ 4N + 5 = ${4 * tasks + 5})`,
    `git requests     ${total(git)}`,
    `saved            ${unchanged} answered with 304, ${joined} reads joined to one under way`,
    `before the first command, once a process: ${start} requests`,
    "",
  ].join("\n");
}

/** The same, and how it fared with the limits. */
export function formatLimited(cost: LimitedCost): string {
  const { refused, perMinute, perHour } = cost;
  return [
    formatReport(cost),
    `calls refused    ${refused} (target 0)`,
    `created          ${perMinute} in any minute, ${perHour} in any hour, the person's comments among them (limits for each: 80, 500)`,
    "",
  ].join("\n");
}

/** What is asked while nothing happens, by the minute. */
export function formatIdle({ repository, plan }: Idleness): string {
  return [
    ...idlePart("A repository without plans", repository, 1),
    ...idlePart("A repository with an approved plan nobody works on", plan, 2),
    "",
  ].join("\n");
}

function idlePart(title: string, { slowing, steady }: IdleCounts, target: number): readonly string[] {
  const { minutes, routes, unchanged } = steady;
  const { api, git } = apart(routes);
  const rate = (count: number, minutes: number) => (count / minutes).toFixed(1);
  return [
    ...["", `${title}, ${minutes} minutes that begin ${slowing.minutes} minutes after the last news`, ""],
    table(api, minutes, "per minute"),
    `API requests      ${rate(total(api), minutes)} a minute (target ≤ ${target}), all counted; ${unchanged} of ${total(api)} answered with 304`,
    `git requests      ${rate(total(git), minutes)} a minute`,
    `before, while rests grow: ${rate(total(apart(slowing.routes).api), slowing.minutes)} API requests a minute`,
  ];
}

function apart(routes: readonly RouteCount[]) {
  return { api: routes.filter(({ route }) => !isGit(route)), git: routes.filter(({ route }) => isGit(route)) };
}

function table(routes: readonly RouteCount[], tasks: number, each = "per task"): string {
  const rows = new Table({
    head: ["requests", each, "created", "route", "what it buys"],
    style: { head: [], border: [], compact: true },
    colAligns: ["right", "right", "right", "left", "left"],
  });
  for (const { route, count, creations } of [...routes].sort((one, other) => other.count - one.count)) {
    rows.push([count, (count / tasks).toFixed(1), creations, shortRoute(route), purposeOf(route)]);
  }
  rows.push([total(routes), (total(routes) / tasks).toFixed(1), created(routes), "", ""]);
  return rows.toString();
}

function total(routes: readonly RouteCount[]): number {
  return routes.reduce((sum, { count }) => sum + count, 0);
}

function created(routes: readonly RouteCount[]): number {
  return routes.reduce((sum, { creations }) => sum + creations, 0);
}
