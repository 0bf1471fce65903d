import type { ApiCount } from "../../core/budget/api-counts.ts";
import { CoppiceError } from "../../core/errors.ts";
import { fullName } from "../../core/repository.ts";
import { print, printJson, withPlace } from "../client/with-place.ts";
import { exitCodes } from "../failure.ts";
import { line } from "../screen/plan-screen.ts";
import { type Screen, screenOf } from "../screen/screen.ts";
import { formatTable } from "../screen/table.ts";
import type { ApiFlags } from "./command.ts";

/**
 * `coppice api [--plan n]`: requests and what they created, as the running hub has counted; how many were answered with 304,
 * and what was not sent because the same was being asked.
 */
export function showApi(flags: ApiFlags): Promise<number> {
  return withPlace(flags, async (place) => {
    if (place.hub === undefined) {
      throw new CoppiceError(
        "bad-input",
        "only a running hub counts its requests: start coppice up, or read its /metrics",
      );
    }
    const repository = fullName(place.forge.repository);
    const counts = await place.hub.usage(flags.plan === undefined ? undefined : { repository, plan: flags.plan });
    if (flags.json) printJson({ counts });
    else print(formatCounts(counts, screenOf(process.stdout), flags.plan));
    return exitCodes.done;
  });
}

/** One line for each route of a plan in an hour, and what they come to; the newest hour first. */
export function formatCounts(counts: readonly ApiCount[], screen: Screen, plan?: number): string {
  const whom = plan === undefined ? "" : ` for #${plan}`;
  if (counts.length === 0) return `Nothing was asked of the API${whom} in the last day.`;
  const sum = (amount: (count: ApiCount) => number) =>
    String(counts.reduce((total, count) => total + amount(count), 0));
  const some = (amount: number | undefined) => (amount === undefined ? "" : String(amount));
  const rows = counts.map(({ hour, plan, route, requests, contents, unchanged, joined }) => [
    `${hour.slice(5, 13).replace("T", " ")}h`,
    plan === undefined ? "" : line(`${plan.repository}#${plan.issue}`, 100),
    String(requests),
    String(contents),
    some(unchanged),
    some(joined),
    line(route, 200),
  ]);
  const saved = [sum(({ unchanged = 0 }) => unchanged), sum(({ joined = 0 }) => joined)];
  const total = ["", "all", sum(({ requests }) => requests), sum(({ contents }) => contents), ...saved, ""];
  const head = ["Hour (UTC)", "Plan", "Requests", "Created", "Unchanged", "Joined", "Route"];
  return formatTable({ head, rows: [...rows, total], flexible: 6, numbers: [2, 3, 4, 5] }, screen);
}
