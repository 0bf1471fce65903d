import type { Stage } from "../../reconciler/stage.ts";
import type { Random } from "../random.ts";

/** A comment somebody is going to write, and when; milliseconds from the start. */
export interface Line {
  readonly at: number;
  readonly issue: number;
  readonly author: string;
  readonly body: string;
}

/** So many things are written on an issue after its plan was made. */
const changesPerPlan = 8;

/** People make plans, change them and ask, some of them without the right to: so many comments. */
export function writeThreads(stage: Stage, count: number, random: Random): readonly Line[] {
  stage.people.permit("ada", "write");
  stage.people.permit("tim", "triage");
  const issues = Array.from({ length: Math.ceil(count / (changesPerPlan + 1)) }, (_, at) =>
    stage.people.openIssue({ title: `Goal ${at + 1}`, body: "" }),
  );
  const lines = issues.flatMap(({ number: issue }, at) => {
    const bodies = ["/plan Add a greeting and a farewell", ...changes(random)];
    return bodies.map((body, step) => ({
      ...{ issue, body, at: at * 5_000 + step * 20_000 + random.below(2_000) },
      author: step > 0 && random.chance(0.15) ? random.pick(["tim", "eve"]) : "ada",
    }));
  });
  return lines.slice(0, count).sort((one, other) => one.at - other.at);
}

function changes(random: Random): readonly string[] {
  return Array.from({ length: changesPerPlan }, (_, at) =>
    random.pick([
      `/add Extra ${at}`,
      `/add Extra ${at} after T1`,
      "/remove T2",
      `/modify T1 title: Greeting number ${at}`,
      `/priority T1 high`,
      "/undo",
      "What do you think?",
      "/help",
      `/add First ${at}\n/add Second ${at}`,
    ]),
  );
}
