import type { PlanCommand } from "../../core/plan/command.ts";
import type { Specialist } from "../../core/task/specialist.ts";
import { specialistFor } from "../../core/task/specialist.ts";
import type { PlannedTask } from "../../core/task/task.ts";
import type { PlanningContext } from "../planner.ts";

type Described = Pick<PlannedTask, "title" | "description" | "specialist">;

/** The task with somebody there is: a name that is on no list gives way to the keywords' choice. */
export function withKnownSpecialist<Task extends Described>(task: Task, specialists: readonly Specialist[]): Task {
  if (specialists.some(({ name }) => name === task.specialist)) return task;
  return { ...task, specialist: specialistFor(`${task.title}\n${task.description}`, specialists) };
}

/** The same for what a change brings. */
export function withKnownSpecialists(
  command: PlanCommand,
  { plan, specialists }: Pick<PlanningContext, "plan" | "specialists">,
): PlanCommand {
  switch (command.kind) {
    case "add":
      return { ...command, task: withKnownSpecialist(command.task, specialists) };
    case "split":
      return { ...command, parts: command.parts.map((part) => withKnownSpecialist(part, specialists)) };
    case "modify": {
      const task = plan?.tasks.find(({ key }) => key === command.key);
      if (task === undefined || command.change.specialist === undefined) return command;
      const { specialist } = withKnownSpecialist({ ...task, ...command.change }, specialists);
      return { ...command, change: { ...command.change, specialist } };
    }
    default:
      return command;
  }
}
