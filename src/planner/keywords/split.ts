import { planLimits } from "../../core/plan/limits.ts";
import type { Specialist } from "../../core/task/specialist.ts";
import { bestFit } from "../../core/task/specialist.ts";
import type { PlannedTask, TaskKey } from "../../core/task/task.ts";
import { visibleText } from "../../wire/visible-text.ts";
import type { Cut, CutPart } from "./cuts.ts";
import { cutAsTold, cutByNature, cutsOf } from "./cuts.ts";
import { grouped } from "./parts.ts";
import { rolesBefore } from "./roles.ts";
import { joined, joinedTitles, shorten } from "./wording.ts";

export interface CutRequest {
  readonly task: PlannedTask;
  /** How, in a maintainer's words. */
  readonly text: string;
  readonly into?: number;
  readonly specialists: readonly Specialist[];
}

export type CutUp =
  | { readonly kind: "cut"; readonly parts: readonly PlannedTask[] }
  | { readonly kind: "refused"; readonly reason: string };

/** Parts of one task; more are a plan of their own. */
const maxParts = 20;

/** Cuts a task up by rules: as told, by what it lists or names, or as a task of its nature is; never by mere numbers. */
export function cutUp(request: CutRequest): CutUp {
  const { task, into } = request;
  const text = visibleText(request.text.slice(0, planLimits.description)).trim();
  if (into !== undefined && (into < 2 || into > maxParts)) {
    return refuse(`${task.key} can be split into 2 to ${maxParts} parts, not ${into}`);
  }
  if (text !== "") return asTold(text, request);
  const found = cutsOf(task);
  const chosen = found.find(({ parts }) => into === undefined || parts.length >= into) ?? cutByNature(task, into ?? 2);
  if (chosen === undefined) {
    const most = found[0]?.parts.map(({ title }) => title) ?? [];
    const seen = most.length === 0 ? "" : ` (I see ${joined(most)})`;
    return refuse(`I find no ${into} parts in ${task.key}${seen}; ${howTo(task.key)}`);
  }
  return made(gathered(chosen, into ?? Math.min(chosen.parts.length, maxParts)), request);
}

function asTold(text: string, request: CutRequest): CutUp {
  const { task, into } = request;
  const told = cutAsTold(text);
  if (told === undefined)
    return refuse(`no list of parts was read in "${shorten(text.replace(/\s+/g, " "), 60)}"; ${howTo(task.key)}`);
  const count = told.parts.length;
  if (count > maxParts) return refuse(`${count} parts are listed; at most ${maxParts} are allowed`);
  if (into !== undefined && into !== count)
    return refuse(`${count} parts are listed, but ${task.key} was to be split into ${into}; write as many as you want`);
  return made(told, request);
}

function howTo(key: TaskKey): string {
  return `without a language model write how: \`/split ${key}\` followed by a list of the parts`;
}

/** Neighbours together until there are so many. */
function gathered({ parts, ...rest }: Cut, into: number): Cut {
  const groups = grouped(parts, into).map((group): CutPart => {
    const [only, ...others] = group;
    if (only !== undefined && others.length === 0) return only;
    const titles = group.map(({ title }) => title);
    return {
      title: joinedTitles(titles),
      details: group.flatMap(({ title, details }) => [title, ...details]),
      touches: group.flatMap(({ touches = [] }) => touches),
    };
  });
  return { parts: groups, ...rest };
}

function made({ parts, order, named }: Cut, { task, specialists }: CutRequest): CutUp {
  const needs = parts.map((part, index) => needsOf(part, { index, parts, order }));
  const isEnd = parts.map((_, index) => !needs.some((list) => list.includes(`T${index + 1}`)));
  const acceptance = shared(task, parts, isEnd);
  const minutes = task.estimateMinutes && Math.max(5, Math.ceil(task.estimateMinutes / parts.length / 5) * 5);
  const tasks = parts.map((part, index): PlannedTask => {
    const { estimateMinutes: _, ...rest } = task;
    return {
      ...rest,
      key: `T${index + 1}`,
      title: shorten(part.title.replace(/\s+/g, " ").trim(), planLimits.title),
      description: describe(task, part),
      acceptance: acceptance[index] ?? [],
      specialist: (named ? bestFit(part.title.replace(task.title, ""), specialists) : undefined) ?? task.specialist,
      needs: needs[index] ?? [],
      touches: part.touches ?? [],
      ...(minutes === undefined ? {} : { estimateMinutes: minutes }),
    };
  });
  return { kind: "cut", parts: tasks };
}

function needsOf(
  { role }: CutPart,
  { index, parts, order }: { index: number; parts: readonly CutPart[]; order: Cut["order"] },
): readonly TaskKey[] {
  if (order === "chain") return index === 0 ? [] : [`T${index}`];
  if (order === "first") return index === 0 ? [] : ["T1"];
  const before = role === undefined ? [] : (rolesBefore[role] ?? []);
  return parts.flatMap((other, at): TaskKey[] =>
    other.role !== undefined && before.includes(other.role) ? [`T${at + 1}`] : [],
  );
}

function describe(task: PlannedTask, { title, details }: CutPart): string {
  const more = details.filter((line) => line !== title).map((line) => `- ${line}`);
  const whole = `It is one part of "${task.title}"; the other parts are tasks of their own. What was said of the whole:\n\n${task.description}`;
  return shorten([`Do this: ${title}.`, more.join("\n"), whole].filter(Boolean).join("\n\n"), planLimits.description);
}

/** Each statement goes to the part that shares most words with it; to all that nothing waits for where none does. */
function shared(
  task: PlannedTask,
  parts: readonly CutPart[],
  isEnd: readonly boolean[],
): readonly (readonly string[])[] {
  const known = significant(task.title);
  const words = parts.map(({ title, details }) =>
    [...significant(`${title} ${details.join(" ")}`)].filter((word) => !known.has(word)),
  );
  const lists: string[][] = parts.map(() => []);
  for (const line of task.acceptance) {
    const said = significant(line);
    const counts = words.map((list) => list.filter((word) => said.has(word)).length);
    const most = Math.max(...counts);
    for (const [index, list] of lists.entries()) {
      if (most > 0 ? index === counts.indexOf(most) : isEnd[index] === true) list.push(line);
    }
  }
  return lists.map((list) => (list.length > 0 ? list : [task.specialist === "docs-writer" ? tried : tested]));
}

const tested = "It is covered by tests that pass";
const tried = "Every command and example in it was tried";

function significant(text: string): ReadonlySet<string> {
  return new Set(text.toLowerCase().match(/[\p{L}\p{N}]{4,40}/gu) ?? []);
}

function refuse(reason: string): CutUp {
  return { kind: "refused", reason };
}
