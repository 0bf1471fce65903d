import type { Specialist } from "../../core/task/specialist.ts";
import { bestFit, specialistFor } from "../../core/task/specialist.ts";
import { headOf } from "../../core/task/words.ts";
import type { Approach } from "./approaches.ts";
import type { KnownPart } from "./kinds.ts";
import { isKind, kindsOf } from "./kinds.ts";
import type { Item } from "./outline.ts";
import type { Role } from "./roles.ts";
import { roleOf } from "./roles.ts";
import type { Things } from "./things.ts";
import { thingsIn } from "./things.ts";
import { asksForWhole, isEnglish, isOrder, joinedTitles, titleOf } from "./wording.ts";

/** One piece of the work between design and tests. */
export interface Part {
  readonly title: string;
  readonly specialist: string;
  readonly minutes: number;
  readonly role?: Role;
  /** More of what was said about it, one line each. */
  readonly details: readonly string[];
}

export interface PartsRequest {
  readonly subject: string;
  /** What is listed as work of its own. */
  readonly items: readonly Item[];
  /** How it is to be done, in a maintainer's words. */
  readonly guidance: string;
  readonly approach: Approach;
  readonly specialists: readonly Specialist[];
}

/** The work a request calls for: what it lists; or what its kind is known to consist of and the things it names; or itself. */
export function partsOf(request: PartsRequest): { readonly parts: readonly Part[]; readonly known: boolean } {
  const { items, approach, subject } = request;
  if (approach.parts && items.length > 1)
    return { parts: distinct(gathered(items).map((item) => fromItem(item, request))), known: true };
  const found = approach.parts ? distinct(fromWords(request)) : [];
  const details = items.map(({ text }) => text);
  if (found.length > 0) return { parts: found, known: true };
  const title = isOrder(subject) || !isEnglish(subject) ? subject : (approach.report?.(subject) ?? subject);
  return {
    parts: [{ title, specialist: whoDoes(subject, request), minutes: approach.minutes, details }],
    known: false,
  };
}

/** So many items that they end up together anyway are put together at once. */
function gathered(items: readonly Item[]): readonly Item[] {
  return grouped(items, maxItems).flatMap(([first, ...others]) => {
    const details = others.flatMap(({ text, details: more }) => [text, ...more]);
    return first === undefined ? [] : { ...first, details: [...first.details, ...details] };
  });
}

const maxItems = 100;

/** Parts in so many groups, neighbours together, none lost. */
export function grouped<T>(items: readonly T[], groups: number): readonly (readonly T[])[] {
  if (items.length <= groups) return items.map((item) => [item]);
  return Array.from({ length: groups }, (_, index) =>
    items.slice(Math.round((index * items.length) / groups), Math.round(((index + 1) * items.length) / groups)),
  );
}

/** Several parts done as one. */
export function merged(parts: readonly Part[]): Part | undefined {
  const [first, ...others] = parts;
  if (first === undefined || others.length === 0) return first;
  const titles = parts.map(({ title }) => title);
  return {
    ...first,
    title: joinedTitles(titles),
    minutes: parts.reduce((sum, { minutes }) => sum + minutes, 0),
    details: parts.flatMap(({ title, details }) => [title, ...details]),
  };
}

function fromItem({ text, details }: Item, request: PartsRequest, verb?: string): Part {
  const title = titleOf(text, verb ?? (isEnglish(request.subject) && !/^\p{Lu}/u.test(text) ? "Build" : ""));
  const role = roleOf(text);
  const whole = title.length < text.length ? [text] : [];
  return {
    ...{ title, specialist: whoDoes(title, request), minutes: request.approach.minutes },
    ...{ details: [...whole, ...details] },
    ...(role === undefined ? {} : { role }),
  };
}

function fromWords(request: PartsRequest): readonly Part[] {
  const { subject, guidance, approach } = request;
  const whole = asksForWhole(subject);
  const asked = thingsIn(subject);
  // What is added to something that is there is what the line lists, or else what its words are known for.
  const lists = !whole && asked.things.length > 1;
  const focus = lists ? "" : whole ? subject : addedIn(subject);
  const kinds = approach.kinds ? kindsOf(`${focus}\n${guidance}`, whole) : [];
  const known = kinds
    .flatMap(({ parts }) => parts)
    .filter((part) => (whole || part.whole !== true) && part.when?.test(subject) !== false);
  const repeated = known.find(({ each }) => each !== undefined);
  const free = ({ things, ...rest }: Things): Things => ({
    ...rest,
    things: things.filter((thing) => /^the .* service$/.test(thing) || !kinds.some((kind) => isKind(thing, kind))),
  });
  const parts = known.flatMap((part) => spread(part, part === repeated ? free(asked).things : [], request));
  const named = [repeated === undefined ? free(asked) : { things: [] }, free(thingsIn(guidance))];
  // A bare list in what a known kind is asked for with names sources and places, not parts.
  const more = named.filter(({ main }) => known.length === 0 || main !== undefined);
  const all = [...parts, ...more.flatMap((one) => fromThings(one, { request, alone: known.length === 0 }))];
  const [only, ...others] = all;
  return only !== undefined && others.length === 0 ? [{ ...only, title: titleOf(subject, "") }] : all;
}

function fromThings(
  { things, verb, main = "" }: Things,
  { request, alone }: { request: PartsRequest; alone: boolean },
): readonly Part[] {
  if (things.length === 0) return [];
  const isWhole = alone && main.split(" ").length > 1 && !/\s(?:it|this|that|them)$/i.test(main);
  const first = isWhole ? [fromItem({ text: main, details: [] }, request)] : [];
  return [
    ...first,
    ...things.map((thing) => fromItem({ text: thing, details: [] }, request, verb ?? verbFor(thing, request))),
  ];
}

/** "Google" is supported, "comments" are built. */
function verbFor(thing: string, { subject }: PartsRequest): string {
  if (!isEnglish(subject)) return "";
  return /^\p{Lu}(?:\p{Ll}|\p{Lu}*$)/u.test(thing) ? "Support" : "Build";
}

/** A known part, or one for each thing named. */
function spread(part: KnownPart, things: readonly string[], request: PartsRequest): readonly Part[] {
  const { minutes, role, each } = part;
  const titles = each === undefined || things.length === 0 ? [part.title(request.subject)] : things.map(each);
  return titles.map((title) => ({
    ...{
      title,
      specialist: theirs(title, request.specialists) ?? known(part.specialist, title, request.specialists),
      minutes,
      details: [],
    },
    ...(role === undefined ? {} : { role }),
  }));
}

/** Of a small addition only what is added counts, not what it is added to: "Add rate limiting to the API" builds no API. */
function addedIn(subject: string): string {
  if (!/^(?:add|support|introduce|provide|offer|enable|integrate|include)\b/i.test(subject)) return "";
  const added = /\b(?:with|including)\s+(.+)$/i.exec(subject)?.[1] ?? "";
  return `${subject.split(/\s(?:to|in|into|for|of|on|at|from|by|when|if|that|so|under|with|including)\s/i, 1)[0]} ${added}`;
}

function whoDoes(title: string, { approach, specialists, subject }: PartsRequest): string {
  const mine = theirs(title, specialists);
  if (mine !== undefined) return mine;
  if (approach.specialist !== undefined) return known(approach.specialist, title, specialists);
  const able = specialists.filter(({ name }) => !approach.never?.includes(name));
  // What an item does not say itself the whole request may.
  return bestFit(title, able) ?? specialistFor(headOf(subject), able);
}

/** Those whom a repository defines itself are wanted where their words are found. */
function theirs(title: string, specialists: readonly Specialist[]): string | undefined {
  return bestFit(
    title,
    specialists.filter(({ source }) => source !== "built-in"),
  );
}

function known(name: string, title: string, specialists: readonly Specialist[]): string {
  return specialists.some((one) => one.name === name) ? name : specialistFor(title, specialists);
}

function distinct(parts: readonly Part[]): readonly Part[] {
  return parts.filter(({ title }, index) => parts.findIndex((other) => other.title === title) === index);
}
