import { CoppiceError } from "../../core/errors.ts";
import type { PlanState } from "../../core/plan/plan.ts";
import { ask, defaultPatience } from "../client/ask.ts";
import { follow } from "../client/follow.ts";
import type { Place } from "../client/open-place.ts";
import { isApprovedBy, isForeign, issueUrl, needPlan, planAfter, planJson } from "../client/plan.ts";
import { print, printJson, withPlace } from "../client/with-place.ts";
import { exitCodes } from "../failure.ts";
import { openLines } from "../screen/lines.ts";
import { formatPlanScreen } from "../screen/plan-screen.ts";
import { screenOf } from "../screen/screen.ts";
import type { ExecuteFlags } from "./command.ts";
import { dryRunPlan } from "./dry-run.ts";

/** `coppice execute-plan <n>`: approves the very revision it shows, then follows it to its end. */
export function executePlan(issue: number, flags: ExecuteFlags): Promise<number> {
  return withPlace(flags, async (place) => {
    if (flags.dryRun) return dryRunPlan(place, issue, flags);
    const state = await needPlan(place, issue);
    if (needsApproval(state) && !flags.yes) assertTerminal(flags.json);
    if (!flags.json) print(formatPlanScreen(state, issueUrl(place, issue), screenOf(process.stdout)));
    const { kind } = state.record.status;
    if (kind === "cancelled") {
      throw new CoppiceError(
        "bad-input",
        `plan #${issue} was cancelled; /coppice plan <goal> on its issue begins a new one`,
      );
    }
    if (kind === "done") {
      if (flags.json) printJson(planJson(place, state));
      return exitCodes.done;
    }
    const approved = needsApproval(state) ? await approve(place, state, flags) : exitCodes.done;
    if (approved !== exitCodes.done) return approved;
    if (flags.follow) return follow(place, issue, flags);
    if (flags.json) printJson(planJson(place, await needPlan(place, issue)));
    return exitCodes.done;
  });
}

/** A draft, a waiting change of an approved plan, or one that somebody else touched in the ledger. */
export function needsApproval(state: PlanState): boolean {
  const { kind } = state.record.status;
  if (kind === "draft") return true;
  return kind === "approved" && (state.amendment !== undefined || isForeign(state));
}

/** Approves this revision and no other; answers the exit code. */
export async function approve(
  place: Place,
  { record }: PlanState,
  flags: Pick<ExecuteFlags, "yes" | "anyway" | "json" | "timeout">,
): Promise<number> {
  const { issue, revision } = record;
  if (!flags.yes && !(await confirmed(`Approve r${revision} of plan #${issue}? [y/N] `))) {
    print("Nothing was approved.");
    return exitCodes.failed;
  }
  const command = `/coppice approve r${revision}${flags.anyway ? " --anyway" : ""}`;
  const reply = await ask(place, issue, command, { timeout: flags.timeout ?? defaultPatience });
  const after = reply.kind === "done" ? await planAfter(place, issue, reply) : undefined;
  if (after === undefined || !isApprovedBy(after, reply)) {
    // Loaded only where it is told: what reads Markdown takes as long as a third of all the rest.
    const { explainReply } = await import("../client/reply.ts");
    const screen = flags.json ? undefined : screenOf(process.stderr);
    const reason =
      explainReply(reply, screen) || `r${revision} is not shown as approved by this; look at ${issueUrl(place, issue)}`;
    if (flags.json) printJson({ issue, approved: false, reason });
    else process.stderr.write(`${reason}\n`);
    return exitCodes.failed;
  }
  if (!flags.json) print(`Approved r${revision}.`);
  return exitCodes.done;
}

function assertTerminal(json: boolean): void {
  if (!json && process.stdin.isTTY && process.stdout.isTTY) return;
  throw new CoppiceError("bad-input", "there is no terminal to ask on; --yes approves what is there");
}

async function confirmed(question: string): Promise<boolean> {
  const lines = openLines();
  try {
    return /^y(es)?$/i.test((await lines.ask(question))?.trim() ?? "");
  } finally {
    lines.close();
  }
}
