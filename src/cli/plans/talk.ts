import { formatPlanDetails } from "../../wire/render/plan-comment.ts";
import { ask, defaultPatience } from "../client/ask.ts";
import { follow } from "../client/follow.ts";
import type { Place } from "../client/open-place.ts";
import type { PlaceFlags } from "../client/options.ts";
import { issueUrl, loadPlan, needPlan, planAfter } from "../client/plan.ts";
import { explainReply } from "../client/reply.ts";
import { print } from "../client/with-place.ts";
import { exitCodes } from "../failure.ts";
import { Interrupted, type Lines, openLines } from "../screen/lines.ts";
import { markdownText } from "../screen/markdown-text.ts";
import { formatPlanScreen } from "../screen/plan-screen.ts";
import { screenOf } from "../screen/screen.ts";
import { type Choice, menuHelp, menuLine, readChoice } from "./choices.ts";
import { editPlan } from "./edit.ts";
import { approve, needsApproval } from "./execute.ts";

interface Talk {
  readonly place: Place;
  readonly issue: number;
  readonly flags: PlaceFlags;
  readonly lines: Lines;
}

/** Shows the plan and takes choices until somebody quits or the plan is approved and done; answers the exit code. */
export async function talk(place: Place, issue: number, flags: PlaceFlags): Promise<number> {
  const lines = openLines();
  const at: Talk = { place, issue, flags, lines };
  const stay = `The plan stays on ${issueUrl(place, issue)}; go on with: coppice plan-continue ${issue}`;
  try {
    await showPlan(at);
    for (;;) {
      const end = await turn(at);
      if (end === "quit") print(stay);
      if (end !== undefined) return end === "quit" ? exitCodes.done : end;
    }
  } catch (error) {
    if (!(error instanceof Interrupted) && !place.signal.aborted) throw error;
    print(stay);
    return exitCodes.interrupted;
  } finally {
    lines.close();
  }
}

type End = number | "quit" | undefined;

/** One choice and what comes of it. */
async function turn(at: Talk): Promise<End> {
  const { place, issue, lines } = at;
  const { colors } = screenOf(process.stdout);
  print(`\n${menuLine(colors.isColorSupported ? colors.bold : (letter) => `[${letter}]`)}`);
  const typed = await lines.ask("> ");
  if (typed === undefined) return "quit";
  const state = await loadPlan(place, issue);
  return carryOut(at, readChoice(typed, { approved: state?.record.status.kind === "approved" }));
}

async function carryOut(at: Talk, choice: Choice): Promise<End> {
  const { place, issue, lines } = at;
  const { colors } = screenOf(process.stdout);
  switch (choice.kind) {
    case "nothing":
      return undefined;
    case "unknown":
      print(`There is no choice “${choice.read.slice(0, 60)}”; begin with a letter, ? explains them.`);
      return undefined;
    case "help":
      print(menuHelp(colors.bold));
      return undefined;
    case "quit":
      return "quit";
    case "view":
      return view(at);
    case "edit": {
      const text = await lines.aside(() => editPlan(place, issue));
      return text === undefined ? undefined : say(at, text);
    }
    case "proceed":
      return proceed(at);
    case "say":
      return say(at, choice.text);
    case "ask": {
      const more = (await lines.ask(`${choice.question}: `))?.trim();
      return more ? carryOut(at, choice.write(more)) : undefined;
    }
    case "refused":
      print(colors.yellow(`Not done: ${choice.reason}.`));
      return undefined;
  }
}

/** Writes it as a comment, prints what the app says, and the plan when that changed. */
async function say(at: Talk, text: string): Promise<undefined> {
  const { place, issue, flags } = at;
  const screen = screenOf(process.stdout);
  const before = await loadPlan(place, issue);
  print(screen.colors.dim(`#${issue} ${text.split("\n", 1)[0]} …`));
  const onSeen = () => print(screen.colors.dim("The planner is at work …"));
  const reply = await ask(place, issue, text, { timeout: flags.timeout ?? defaultPatience, onSeen });
  const after = await planAfter(place, issue, reply);
  const words = explainReply(reply, screen);
  if (words !== "") print(reply.kind === "done" ? words : screen.colors.yellow(words));
  const changed =
    after !== undefined &&
    (after.record.revision !== before?.record.revision || after.record.status.kind !== before.record.status.kind);
  if (changed) await showPlan(at);
  else if (reply.kind === "done" && words === "") print("Done.");
}

async function showPlan({ place, issue }: Talk): Promise<void> {
  print(`\n${formatPlanScreen(await needPlan(place, issue), issueUrl(place, issue), screenOf(process.stdout))}`);
}

/** Every task in full, in the words of `/view`. */
async function view({ place, issue }: Talk): Promise<undefined> {
  const state = await needPlan(place, issue);
  print(`\n${markdownText(formatPlanDetails({ state, progress: [], prefixed: true }), screenOf(process.stdout))}`);
}

/** Approves the revision as it is shown now, and follows the work. */
async function proceed({ place, issue, flags, lines }: Talk): Promise<End> {
  const state = await needPlan(place, issue);
  const { revision, status } = state.record;
  if (needsApproval(state)) {
    const answer = await lines.ask(`Approve r${revision}? [y/N] `);
    if (!/^y(es)?$/i.test(answer?.trim() ?? "")) return undefined;
    const approved = await approve(place, state, { ...flags, yes: true, anyway: false });
    if (approved !== exitCodes.done) return undefined;
  } else if (status.kind !== "approved") {
    print(`This plan is ${status.kind}; there is nothing to approve.`);
    return undefined;
  }
  // From here on the screen is the live view's.
  lines.close();
  return follow(place, issue, flags);
}
