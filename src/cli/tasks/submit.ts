import { CoppiceError } from "../../core/errors.ts";
import { visibleText } from "../../wire/visible-text.ts";
import { defaultPatience } from "../client/ask.ts";
import { follow } from "../client/follow.ts";
import { askOnNewIssue } from "../client/new-issue.ts";
import { issueUrl, planJson } from "../client/plan.ts";
import { print, printJson, withPlace } from "../client/with-place.ts";
import { exitCodes } from "../failure.ts";
import { writeCommand } from "../plans/write-command.ts";
import { formatPlanScreen } from "../screen/plan-screen.ts";
import { screenOf } from "../screen/screen.ts";
import type { SubmitFlags } from "./command.ts";

/** `coppice submit`: an issue whose one task, or decomposed goal, is approved at once. */
export async function submit(text: string, flags: SubmitFlags): Promise<number> {
  const command = commandFor(text, flags);
  return withPlace(flags, async (place) => {
    const { issue, reply, state } = await askOnNewIssue(
      place,
      { text, command },
      {
        timeout: flags.timeout ?? defaultPatience,
        onOpened: (number) => {
          if (!flags.json) print(`Opened #${number}: ${issueUrl(place, number)}`);
        },
      },
    );
    if (state === undefined || reply.kind !== "done") {
      // Loaded only where it is told: what reads Markdown takes as long as a third of all the rest.
      const { explainReply } = await import("../client/reply.ts");
      if (flags.json) printJson({ issue, url: issueUrl(place, issue), submitted: false, reason: explainReply(reply) });
      else process.stderr.write(`${explainReply(reply, screenOf(process.stderr))}\n`);
      return exitCodes.failed;
    }
    if (flags.follow) return follow(place, issue, flags);
    if (flags.json) printJson(planJson(place, state));
    else {
      print(`\n${formatPlanScreen(state, issueUrl(place, issue), screenOf(process.stdout))}`);
      print(`In the queue. Follow it with: coppice execute-plan ${issue}`);
    }
    return exitCodes.done;
  });
}

/** The comment that submits it. Throws CoppiceError bad-input. */
export function commandFor(text: string, flags: Pick<SubmitFlags, "decompose" | "agent" | "priority">): string {
  const options = [flags.agent && `agent:${flags.agent}`, flags.priority && `priority:${flags.priority}`].filter(
    Boolean,
  );
  if (flags.decompose && options.length > 0) {
    throw new CoppiceError("bad-input", "--decompose plans several tasks; --agent and --priority are for one alone");
  }
  const typed = visibleText(text).trim();
  const [title = "", ...more] = typed.split("\n");
  const description = more.join("\n").trim() || undefined;
  const written = flags.decompose
    ? writeCommand("submit", `--decompose ${typed}`)
    : writeCommand("submit", [title.trim(), ...options].join(" "), description);
  if (written.kind === "refused") throw new CoppiceError("bad-input", written.reason);
  return written.text;
}
