import { CoppiceError } from "../../core/errors.ts";
import { defaultPatience } from "../client/ask.ts";
import { askOnNewIssue } from "../client/new-issue.ts";
import type { Place } from "../client/open-place.ts";
import type { PlaceFlags } from "../client/options.ts";
import { issueUrl, loadPlan, needPlan, planJson } from "../client/plan.ts";
import { print, printJson, withPlace } from "../client/with-place.ts";
import { exitCodes } from "../failure.ts";
import { formatPlanScreen } from "../screen/plan-screen.ts";
import { screenOf } from "../screen/screen.ts";
import { writeCommand } from "./write-command.ts";

/** `coppice plan "<goal>"`: opens an issue, has it planned, and talks about the plan where there is a terminal. */
export async function planGoal(goal: string, flags: PlaceFlags): Promise<number> {
  const written = writeCommand("plan", goal);
  if (written.kind === "refused") throw new CoppiceError("bad-input", written.reason);
  return withPlace(flags, async (place) => {
    const { issue, reply, state } = await askOnNewIssue(
      place,
      { text: goal, command: written.text },
      {
        timeout: flags.timeout ?? defaultPatience,
        onOpened: (number) => {
          if (!flags.json) print(`Opened #${number}: ${issueUrl(place, number)}\nPlanning …`);
        },
      },
    );
    if (state === undefined || reply.kind !== "done") {
      const { explainReply } = await import("../client/reply.ts");
      if (flags.json) printJson({ issue, url: issueUrl(place, issue), planned: false, reason: explainReply(reply) });
      else process.stderr.write(`${explainReply(reply, screenOf(process.stderr))}\n`);
      return exitCodes.failed;
    }
    // Loaded only where something was said: what reads Markdown takes as long as a third of all the rest.
    if (reply.text !== "" && !flags.json) {
      const { explainReply } = await import("../client/reply.ts");
      print(explainReply(reply, screenOf(process.stdout)));
    }
    return show(place, issue, flags);
  });
}

/** `coppice plan-continue <n>`: the talk about a plan that is there already. */
export function continuePlan(issue: number, flags: PlaceFlags): Promise<number> {
  return withPlace(flags, async (place) => {
    if ((await loadPlan(place, issue)) === undefined) await tellUnplanned(place.forge, issue);
    return show(place, issue, flags);
  });
}

/** Throws CoppiceError bad-input that says how an open issue gets a plan; of all others, tasks among them, `show` tells. */
export async function tellUnplanned(
  { issues }: { readonly issues: Pick<Place["forge"]["issues"], "get"> },
  number: number,
): Promise<void> {
  const issue = await issues.get(number);
  const isTask = issue?.labels.some((label) => label.startsWith("coppice:"));
  if (issue?.state !== "open" || isTask) return;
  const how = "the comment /coppice plan on it has it planned, /coppice submit <task> makes it one task";
  throw new CoppiceError("bad-input", `#${number} has no plan yet; ${how}: ${issue.url}`);
}

/** Shows the plan, and talks where somebody can answer. */
async function show(place: Place, issue: number, flags: PlaceFlags): Promise<number> {
  if (!flags.json && process.stdin.isTTY && process.stdout.isTTY) {
    const { talk } = await import("./talk.ts");
    return talk(place, issue, flags);
  }
  const state = await needPlan(place, issue);
  if (flags.json) printJson(planJson(place, state));
  else {
    print(formatPlanScreen(state, issueUrl(place, issue), screenOf(process.stdout)));
    print(`Go on with: coppice plan-continue ${issue}, or coppice execute-plan ${issue}`);
  }
  return exitCodes.done;
}
