import { CoppiceError } from "../../core/errors.ts";
import { ask, defaultPatience } from "../client/ask.ts";
import type { Place } from "../client/open-place.ts";
import type { PlaceFlags } from "../client/options.ts";
import { issueUrl, needPlan, planAfter, planJson } from "../client/plan.ts";
import { print, printJson, withPlace } from "../client/with-place.ts";
import { exitCodes } from "../failure.ts";
import { formatPlanScreen, line } from "../screen/plan-screen.ts";
import { screenOf } from "../screen/screen.ts";
import { writeCommand } from "./write-command.ts";

/** `coppice plan "<goal>"`: opens an issue, has it planned, and talks about the plan where there is a terminal. */
export async function planGoal(goal: string, flags: PlaceFlags): Promise<number> {
  const written = writeCommand("plan", goal);
  if (written.kind === "refused") throw new CoppiceError("bad-input", written.reason);
  return withPlace(flags, async (place) => {
    const { number: issue } = await openIssue(place, goal);
    if (!flags.json) print(`Opened #${issue}: ${issueUrl(place, issue)}`);
    if (!flags.json) print("Planning …");
    const reply = await ask(place, issue, written.text, { timeout: flags.timeout ?? defaultPatience });
    const state = await planAfter(place, issue, reply);
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
    await needPlan(place, issue);
    return show(place, issue, flags);
  });
}

/** An issue whose title is the text's first line. */
export async function openIssue(place: Place, text: string): Promise<{ number: number }> {
  return place.forge.issues.create({ ...issueText(text), labels: [] });
}

/** The first line is not said twice, unless the title is only the beginning of it. */
export function issueText(text: string): { readonly title: string; readonly body: string } {
  const [first = "", ...more] = text.trim().split(/\r?\n/);
  const title = line(first, 200);
  return { title, body: title === first.trim() ? more.join("\n").trim() : text };
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
