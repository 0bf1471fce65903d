import type { Person, PlannedTasks } from "./person.ts";

/** Tasks that may be worked on side by side. */
const abreast = 4;

/** Commands one comment may hold. */
const commandsAtOnce = 20;

/** Makes a plan of `tasks` tasks and as many edges by comments: the planner's own first, the rest added one by one. */
export async function growPlan(person: Person, issue: number, tasks: number): Promise<void> {
  await person.say(issue, "/plan Say hello");
  await person.until("there is a plan", async () => (await person.revision(issue)) === 1);
  const first = await person.readPlan(issue);
  const lines = additions(first, tasks);
  for (let start = 0, revision = 2; start < lines.length; start += commandsAtOnce, revision++) {
    await person.say(issue, lines.slice(start, start + commandsAtOnce).join("\n"));
    await person.until(`revision ${revision} is shown`, async () => (await person.revision(issue)) >= revision);
  }
}

export function edgesOf(tasks: PlannedTasks): number {
  return tasks.reduce((sum, { needs }) => sum + (needs?.length ?? 0), 0);
}

/**
 * The first few wait for the plan's first task, each later one for the one so many before it; what edges are then still
 * owed make some of these wait for the planner's last task as well. No edge follows from others, so that all are kept.
 */
function additions(first: PlannedTasks, tasks: number): readonly string[] {
  const added = tasks - first.length;
  const width = Math.max(1, Math.min(abreast, Math.floor(added / 2)));
  let spare = tasks - edgesOf(first) - added;
  return Array.from({ length: added }, (_, index) => {
    const needs = [index < width ? 1 : first.length + index + 1 - width];
    if (index >= width && index < 2 * width && spare > 0) {
      needs.push(first.length);
      spare -= 1;
    }
    return `/add Write file ${index + 1} after ${needs.map((key) => `T${key}`).join(",")}`;
  });
}
