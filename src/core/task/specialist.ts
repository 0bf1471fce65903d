import type { PlannedTask } from "./task.ts";
import type { Sought } from "./words.ts";
import { headOf, holds, soughtFor, wordsOf } from "./words.ts";

/** A kind of expertise: who it is for people and planner, the words that call for it, and its instructions to an agent. */
export interface Specialist {
  /** Letters, digits and dashes, at most 80. */
  readonly name: string;
  /** What it is for, one line, at most 500 characters. */
  readonly description: string;
  /** Words and phrases; one that ends in `*` stands for everything that begins so. */
  readonly keywords: readonly string[];
  /** Markdown, at most 16,000 characters. */
  readonly instructions: string;
  /** What its definition says it may use, where it says so. */
  readonly tools?: readonly string[];
  readonly model?: string;
  /** `built-in`, or the file of the target repository it comes from. */
  readonly source: string;
}

/** Who does what no keyword calls for, where there is one of that name. */
const fallback = "backend-systems-engineer";

/** A keyword the text opens with, or the last one of what its first clause is about, counts for so many others. */
const prominent = 3;

/** Who fits a text best: the most keywords found in it, what is to be done and made counting more; the first of equals. */
export function specialistFor(text: string, specialists: readonly Specialist[]): string {
  return best(text, specialists)?.name ?? nobodyElse(specialists);
}

/** Like `specialistFor`, but undefined where no keyword of anybody is found. */
export function bestFit(text: string, specialists: readonly Specialist[]): string | undefined {
  return best(text, specialists)?.name;
}

/** Somebody who clearly fits a task better than its specialist, none of whose keywords the task names; undefined when there is no doubt. */
export function specialistDoubt(
  task: Pick<PlannedTask, "title" | "description" | "specialist">,
  specialists: readonly Specialist[],
): string | undefined {
  const chosen = specialists.find(({ name }) => name === task.specialist);
  const text = `${task.title}\n${task.description}`;
  if (chosen === undefined) return specialistFor(text, specialists);
  if (chosen.keywords.length === 0 || hits(wordsOf(text), chosen).length > 0) return undefined;
  const better = best(task.title, specialists);
  return better !== undefined && better.score > prominent ? better.name : undefined;
}

interface Fit {
  readonly name: string;
  readonly score: number;
}

function best(text: string, specialists: readonly Specialist[]): Fit | undefined {
  const all = wordsOf(text);
  const head = headOf(text);
  const found = specialists.map((one) => {
    const hit = hits(all, one);
    return { name: one.name, count: hit.length, ...placesIn(head, hit) };
  });
  const latest = Math.max(1, ...found.map(({ end }) => end));
  let winner: Fit | undefined;
  for (const { name, count, opens, end } of found) {
    const score = count + (opens ? prominent : 0) + (end === latest ? prominent : 0);
    if (score > (winner?.score ?? 0)) winner = { name, score };
  }
  return winner;
}

function hits(words: string, specialist: Specialist): readonly Sought[] {
  return soughtBy(specialist).filter((sought) => holds(words, sought) !== undefined);
}

/** Whether one of the keywords opens the clause, and where the last of them ends (0: there is none). */
function placesIn(head: string, keywords: readonly Sought[]): { readonly opens: boolean; readonly end: number } {
  const places = keywords.flatMap((sought) => holds(head, sought) ?? []);
  return { opens: places.some(({ first }) => first <= 1), end: Math.max(0, ...places.map(({ end }) => end)) };
}

/** Made ready once: the same specialists are asked for many texts. */
function soughtBy(specialist: Specialist): readonly Sought[] {
  const known = ready.get(specialist);
  if (known !== undefined) return known;
  const sought = specialist.keywords.map(soughtFor);
  ready.set(specialist, sought);
  return sought;
}

const ready = new WeakMap<Specialist, readonly Sought[]>();

function nobodyElse(specialists: readonly Specialist[]): string {
  return specialists.find(({ name }) => name === fallback)?.name ?? specialists[0]?.name ?? fallback;
}
