import { planLimits } from "../../core/plan/limits.ts";
import { reduceNeeds } from "../../core/plan/order.ts";
import type { Specialist } from "../../core/task/specialist.ts";
import { specialistFor } from "../../core/task/specialist.ts";
import type { Phase, PlannedTask, TaskKey } from "../../core/task/task.ts";
import { visibleText } from "../../wire/visible-text.ts";
import { approachTo } from "./approach-to.ts";
import type { Approach, Frame } from "./approaches.ts";
import type { Outline } from "./outline.ts";
import { outlineOf } from "./outline.ts";
import type { Part } from "./parts.ts";
import { grouped, merged, partsOf } from "./parts.ts";
import { rolesBefore } from "./roles.ts";
import { wishesIn } from "./wishes.ts";
import { shorten, subjectOf } from "./wording.ts";

export interface DecomposeRequest {
  readonly goal: string;
  /** How to plan, in a maintainer's words; a list in it says what the parts are. */
  readonly guidance?: string;
  readonly specialists: readonly Specialist[];
  readonly maxTasks: number;
}

/** Of a longer goal or guidance only the beginning is read, characters. */
const maxText = 8_000;
/** More parts than this are put together, whatever the plan may hold. */
const maxParts = 24;

/** A plan by rules: design first, what can be built side by side next, tests of it all last. The same request gives the same plan. */
export function decompose(request: DecomposeRequest): readonly PlannedTask[] {
  const goal = visibleText(request.goal.slice(0, maxText)).trim();
  const guidance = visibleText((request.guidance ?? "").slice(0, maxText)).trim();
  const outline = outlineOf(goal);
  const guided = outlineOf(guidance);
  const subject = subjectOf(outline.lead);
  const approach = approachTo(outline.lead, subject);
  const items = guided.items.length > 1 ? guided.items : outline.items;
  const { parts, known } = partsOf({ subject, items, guidance, approach, specialists: request.specialists });
  const shape = shapeOf(request, { guidance, approach, wantsDocumentation: known });
  return assemble({ ...request, goal, guidance, subject, approach, outline, shape, parts: roomFor(parts, shape.room) });
}

interface Shape {
  readonly design: boolean;
  readonly documentation: boolean;
  readonly tests: boolean;
  /** For the parts in between. */
  readonly room: number;
}

/** What stands around the parts: what was not wished away, and leaves room for one part at least. */
function shapeOf(
  { maxTasks }: Pick<DecomposeRequest, "maxTasks">,
  { guidance, approach, wantsDocumentation }: { guidance: string; approach: Approach; wantsDocumentation: boolean },
): Shape {
  const { without, atMost = maxTasks } = wishesIn(guidance);
  const limit = Math.max(1, Math.min(atMost, maxTasks));
  const tests = limit > 1 && !without.has("tests");
  const design = limit > 2 && !without.has("design");
  const documentation = limit > 4 && wantsDocumentation && approach.kinds && !without.has("documentation");
  const around = [tests, design, documentation].filter(Boolean).length;
  return { design, documentation, tests, room: Math.min(maxParts, limit - around) };
}

function roomFor(parts: readonly Part[], room: number): readonly Part[] {
  return grouped(parts, Math.max(1, room)).flatMap((group) => merged(group) ?? []);
}

interface Assembly extends DecomposeRequest {
  readonly guidance: string;
  readonly subject: string;
  readonly approach: Approach;
  readonly outline: Outline;
  readonly shape: Shape;
  readonly parts: readonly Part[];
}

function assemble(all: Assembly): readonly PlannedTask[] {
  const { approach, shape, parts } = all;
  const key = (index: number): TaskKey => `T${index + (shape.design ? 2 : 1)}`;
  const first = shape.design ? [frame("T1", approach.first, { all, needs: [], phase: "design" })] : [];
  const work = parts.map((part, index) => worked(key(index), part, { all, needs: needsOf(part, parts, key) }));
  const ends = work.map((task) => task.key).filter((one) => !work.some(({ needs }) => needs.includes(one)));
  const writes = shape.documentation && !parts.some(({ specialist }) => specialist === "docs-writer");
  const written = writes ? [worked(key(parts.length), documentation(all), { all, needs: ends })] : [];
  const testKey = key(parts.length + written.length);
  const last = shape.tests ? [frame(testKey, approach.last, { all, needs: ends, phase: "testing" })] : [];
  return reduceNeeds([...first, ...work, ...written, ...last]);
}

function needsOf(part: Part, parts: readonly Part[], key: (index: number) => TaskKey): readonly TaskKey[] {
  const before = part.role === undefined ? [] : (rolesBefore[part.role] ?? []);
  return parts.flatMap((other, index) => (other.role !== undefined && before.includes(other.role) ? [key(index)] : []));
}

function documentation({ specialists }: Pick<Assembly, "specialists">): Part {
  const title = "Write the documentation";
  return { title, specialist: named("docs-writer", title, specialists), minutes: 15, details: [] };
}

interface Place {
  readonly all: Assembly;
  readonly needs: readonly TaskKey[];
}

function worked(key: TaskKey, part: Part, { all, needs }: Place): PlannedTask {
  const { approach, shape } = all;
  const written = part.specialist === "docs-writer" || part.title === "Write the documentation";
  const details = part.details.filter((line) => line !== part.title).map((line) => `- ${line}`);
  const description = [`${approach.work}: ${part.title}.`, details.join("\n"), aim(all)];
  return task(key, {
    ...{ title: part.title, specialist: part.specialist, phase: "implementation", minutes: part.minutes },
    needs: needs.length === 0 && shape.design ? ["T1"] : needs,
    description: description.filter(Boolean).join("\n\n"),
    acceptance: written ? ["Every command and example in it was tried"] : approach.acceptance,
  });
}

function frame(key: TaskKey, row: Frame, { all, needs, phase }: Place & { readonly phase: Phase }): PlannedTask {
  const title = row.title(shorten(all.subject, 80));
  const specialist = row.specialist === undefined ? designer(all) : named(row.specialist, title, all.specialists);
  return task(key, {
    ...{ title, specialist, phase, needs, minutes: row.minutes },
    description: `${row.description}\n\n${aim(all)}`,
    acceptance: [...row.acceptance, ...(phase === "testing" ? all.outline.acceptance : [])],
  });
}

/** A whole system is designed by those who know its kind. */
function designer({ subject, specialists }: Assembly): string {
  const fits = specialistFor(subject, specialists);
  const architects: Readonly<Record<string, string>> = {
    ...{ "ml-systems-architect": "ml-systems-architect", "llm-architect": "llm-architect" },
    ...{
      "data-pipeline-engineer": "data-architect-governance",
      "data-architect-governance": "data-architect-governance",
    },
    "aws-cloud-architect": "aws-cloud-architect",
  };
  return named(architects[fits] ?? "specifications-engineer", `Design: ${subject}`, specialists);
}

function named(name: string, title: string, specialists: readonly Specialist[]): string {
  return specialists.some((one) => one.name === name) ? name : specialistFor(title, specialists);
}

function aim({ goal, guidance }: Pick<Assembly, "goal" | "guidance">): string {
  const asked = guidance === "" ? "" : `\n\nAsked for with it: ${shorten(guidance, 2_000)}`;
  return `The goal: ${shorten(goal, 3_000)}${asked}`;
}

type TaskFacts = Pick<PlannedTask, "title" | "specialist" | "needs" | "description" | "acceptance" | "phase"> & {
  readonly minutes: number;
};

function task(key: TaskKey, { minutes, ...facts }: TaskFacts): PlannedTask {
  return {
    ...{ key, ...facts },
    title: shorten(facts.title.replace(/\s+/g, " ").trim(), planLimits.title),
    description: shorten(facts.description, planLimits.description),
    acceptance: facts.acceptance
      .map((line) => shorten(line, planLimits.acceptanceLine))
      .slice(0, planLimits.acceptance),
    ...{ priority: "normal", touches: [], estimateMinutes: Math.min(minutes, 480) },
  };
}
