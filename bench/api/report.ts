import Table from "cli-table3";
import type { RouteCount } from "../../src/forge/index.ts";
import type { Idleness } from "./idle.ts";
import type { Cost } from "./play.ts";
import { isGit, purposeOf, shortRoute } from "./purposes.ts";

/** One plan's cost as tables: the API's requests, then git's, then the totals beside their targets. */
export function formatReport(cost: Cost): string {
  const { tasks, edges, seconds, routes, start } = cost;
  const api = routes.filter(({ route }) => !isGit(route));
  const git = routes.filter(({ route }) => isGit(route));
  return [
    "",
    `${tasks} tasks, ${edges} edges, ${seconds.toFixed(1)} s from the first command to the closed plan`,
    "",
    table(api, tasks),
    table(git, tasks),
    `API requests     ${total(api)} (target ≤ 10 + 5N = ${10 + 5 * tasks}), ${(total(api) / tasks).toFixed(1)} a task`,
    `content created  ${created(api)} (target ≤ 4N + 5 = ${4 * tasks + 5})`,
    `git requests     ${total(git)}`,
    `before the first command, once a process: ${start} requests`,
    "",
  ].join("\n");
}

/** What is asked while nothing happens, by the minute. */
export function formatIdle({ minutes, repository, plan }: Idleness): string {
  const part = (title: string, routes: readonly RouteCount[], target: number) => {
    const api = routes.filter(({ route }) => !isGit(route));
    const rate = (total(api) / minutes).toFixed(1);
    return ["", title, table(api, minutes, "per minute"), `a minute          ${rate} (target ≤ ${target})`];
  };
  return [
    ...part(`A repository without plans, ${minutes} minutes`, repository, 1),
    ...part(`A repository with an approved plan nobody works on, ${minutes} minutes`, plan, 2),
    "",
  ].join("\n");
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
