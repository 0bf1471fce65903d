import type { Steered, TaskSteering } from "../../core/plan/steering.ts";
import { neutraliseCell } from "../neutralise.ts";
import type { PlanPage } from "./page.ts";
import { sayCommand, sayWhen } from "./page.ts";
import type { SectionRoom } from "./sections.ts";

/** Who holds up what, and how it goes on; priorities and specialists are in the table. */
export function steeringSection({ state, prefixed }: PlanPage, room: Pick<SectionRoom, "lines">): readonly string[] {
  const { steering, status } = state.record;
  if (steering === undefined || status.kind === "cancelled" || status.kind === "done") return [];
  const { paused, tasks = {} } = steering;
  const say = (command: string): string => sayCommand(command, prefixed);
  const whole =
    paused === undefined
      ? []
      : [
          `**Paused** ${byWhom(paused)}: nothing starts and nothing is merged, what runs goes on to its end; ${say("resume")} goes on.`,
          "",
        ];
  const lines = state.plan.tasks.flatMap(({ key }) =>
    taskFacts(tasks[key]).map(({ fact, goesOn = [] }) => {
      const ways = goesOn.map((verb) => say(`${verb} ${key}`)).join(" or ");
      return `- **${key}** ${fact}${ways === "" ? "" : `; ${ways} lets it go on`}`;
    }),
  );
  const shown = lines.slice(0, room.lines);
  if (shown.length < lines.length) shown.push(`- … and ${lines.length - shown.length} more`);
  return shown.length === 0 ? whole : [...whole, ...shown, ""];
}

interface Fact {
  readonly fact: string;
  /** The commands that let it go on. */
  readonly goesOn?: readonly ("resume" | "retry")[];
}

function taskFacts({ paused, stopped, agent, assigned }: TaskSteering = {}): readonly Fact[] {
  const held: Fact[] =
    paused === undefined
      ? []
      : stopped === undefined
        ? [{ fact: `is paused ${byWhom(paused)}`, goesOn: ["resume"] }]
        : [{ fact: `was stopped ${byWhom(stopped)}, its work is kept`, goesOn: ["resume", "retry"] }];
  if (agent === undefined) return held;
  const who = assigned === undefined ? "" : ` ${byWhom(assigned)}`;
  return [...held, { fact: `is given to the agent ${neutraliseCell(agent, 80)}${who}` }];
}

function byWhom({ by, at }: Steered): string {
  return `by ${neutraliseCell(by, 60)} on ${sayWhen(at)}`;
}
