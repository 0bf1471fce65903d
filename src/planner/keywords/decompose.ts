import type { Specialist } from "../../core/task/specialist.ts";
import { specialistFor } from "../../core/task/specialist.ts";
import type { Phase, PlannedTask, TaskKey } from "../../core/task/task.ts";
import type { Part } from "./parts.ts";
import { partsOf } from "./parts.ts";
import { thingsIn } from "./things.ts";

/** A plan by rules: design first, what can be built side by side next, tests of it all last. The same goal gives the same plan. */
export function decompose(goal: string, specialists: readonly Specialist[]): readonly PlannedTask[] {
  const subject = subjectOf(goal);
  return /^(?:fix|correct|repair|debug)\b/i.test(subject)
    ? repair(goal, subject, specialists)
    : build(goal, subject, specialists);
}

function build(goal: string, subject: string, specialists: readonly Specialist[]): readonly PlannedTask[] {
  const found = partsOf(goal, thingsIn(goal), specialists).slice(0, maxParts);
  const parts = found.length > 0 ? found : [{ title: subject, specialist: specialistFor(subject, specialists) }];
  const documented = parts.some(({ specialist }) => specialist === "docs-writer");
  const all: readonly Part[] = documented
    ? parts
    : [...parts, { title: "Write the documentation", specialist: "docs-writer" }];
  const built = all.map((part, index) =>
    task(`T${index + 2}`, {
      ...part,
      phase: "implementation",
      needs: ["T1"],
      description: `Do this part of the goal, as the design in T1 says: ${part.title}.\n\nThe goal: ${goal.trim()}`,
      acceptance: [doneLine(part), "What was there before still works"],
    }),
  );
  return [
    design(goal, subject, specialists),
    ...built,
    testing(`T${all.length + 2}`, { goal, subject, needs: built.map(({ key }) => key) }),
  ];
}

const maxParts = 16;

function doneLine({ specialist }: Part): string {
  return specialist === "docs-writer"
    ? "Every command and example in it was tried"
    : "It is covered by tests that pass";
}

function design(goal: string, subject: string, specialists: readonly Specialist[]): PlannedTask {
  return task("T1", {
    title: `Design: ${subject}`,
    specialist: designer(goal, specialists),
    phase: "design",
    needs: [],
    description: `Read what is there, then write down how the goal is reached: the parts, their interfaces, names, data and files, so that the parts can be built side by side.\n\nThe goal: ${goal.trim()}`,
    acceptance: ["A short document in the repository says what is built and how the parts fit together"],
  });
}

function designer(goal: string, specialists: readonly Specialist[]): string {
  const fits = specialistFor(goal, specialists);
  const architects: Readonly<Record<string, string>> = {
    "ml-systems-architect": "ml-systems-architect",
    "llm-architect": "llm-architect",
    "data-pipeline-engineer": "data-architect-governance",
    "data-architect-governance": "data-architect-governance",
    "aws-cloud-architect": "aws-cloud-architect",
  };
  return architects[fits] ?? "specifications-engineer";
}

function testing(
  key: TaskKey,
  { goal, subject, needs }: { goal: string; subject: string; needs: readonly TaskKey[] },
): PlannedTask {
  return task(key, {
    title: `Test it all together: ${subject}`,
    specialist: "test-engineer",
    phase: "testing",
    needs,
    description: `Test the parts together, with the mistakes people make and the failures that happen, and mend what breaks.\n\nThe goal: ${goal.trim()}`,
    acceptance: ["Tests go through the whole of it", "All tests pass"],
  });
}

function repair(goal: string, subject: string, specialists: readonly Specialist[]): readonly PlannedTask[] {
  const found = specialistFor(goal, specialists);
  const specialist = found === "test-engineer" || found === "code-reviewer" ? "backend-systems-engineer" : found;
  return [
    task("T1", {
      title: `Show the fault with a failing test: ${subject}`,
      specialist: "test-engineer",
      phase: "design",
      needs: [],
      description: `Find out when it happens and write a test that shows it, marked as expected to fail.\n\nThe goal: ${goal.trim()}`,
      acceptance: ["The test fails for the reason described and for no other"],
    }),
    task("T2", {
      title: subject,
      specialist,
      phase: "implementation",
      needs: ["T1"],
      description: `Find the cause and mend it there, not where it shows.\n\nThe goal: ${goal.trim()}`,
      acceptance: ["The test of T1 passes and is no longer marked", "What was there before still works"],
    }),
    task("T3", {
      title: "Look for the same fault elsewhere",
      specialist: "test-engineer",
      phase: "testing",
      needs: ["T2"],
      description: `Search for places with the same cause, and test them.\n\nThe goal: ${goal.trim()}`,
      acceptance: ["Every such place is tested", "All tests pass"],
    }),
  ];
}

type TaskFacts = Pick<PlannedTask, "title" | "specialist" | "needs" | "description" | "acceptance"> & {
  readonly phase: Phase;
};

function task(key: TaskKey, facts: TaskFacts): PlannedTask {
  const line = facts.title.replace(/\s+/g, " ").trim();
  const title = line.slice(0, 1).toUpperCase() + line.slice(1);
  const description = facts.description.length > 8_000 ? `${facts.description.slice(0, 7_999)}…` : facts.description;
  return { key, ...facts, title: shorten(title, 120), description, priority: "normal", touches: [] };
}

/** The goal's first line, without Markdown, short enough to be part of a title. */
function subjectOf(goal: string): string {
  const line = goal.split("\n").find((one) => one.trim() !== "") ?? goal;
  return (
    shorten(
      line
        .replace(/[`*_#>]/g, "")
        .replace(/\s+/g, " ")
        .trim()
        .replace(/[.!]+$/, ""),
      80,
    ) || "the goal"
  );
}

function shorten(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const cut = text.slice(0, limit - 1);
  return `${cut.slice(0, Math.max(cut.lastIndexOf(" "), limit - 20)).trimEnd()}…`;
}
