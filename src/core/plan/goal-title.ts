/** The first line of a goal that says something: what stands for it where there is one line. */
export function goalTitle(goal: string): string {
  return goal.trim().split(/\r?\n/, 1)[0] ?? "";
}
