import { planLimits } from "../../core/plan/limits.ts";
import type { Refused } from "../../core/plan/refuse.ts";
import { refuse } from "../../core/plan/refuse.ts";
import type { Priority, TaskKey } from "../../core/task/task.ts";
import { priorities } from "../../core/task/task.ts";
import type { TaskOptions } from "./command.ts";
import { quote } from "./command.ts";
import { oneSlip } from "./one-slip.ts";

/** The words before the options, the options, or what is wrong with them. */
export type SplitOptions = { readonly kind: "split"; readonly text: string; readonly options: TaskOptions } | Refused;

/**
 * Takes `after …` and `name:value` options from the end of a line, so that a title may hold the word after. What looks
 * like an option there and is none is refused; with `prose` only where it is a typing slip.
 */
export function splitOptions(line: string, { prose = false } = {}): SplitOptions {
  let text = line.trim();
  let options: TaskOptions = {};
  for (;;) {
    const found = lastOption(text);
    if (found === undefined) return misread(text, prose) ?? { kind: "split", text, options };
    if ("reason" in found) return found;
    const twice = Object.keys(found.option).find((name) => name in options);
    if (twice !== undefined) return refuse(`\`${quote(line)}\` says ${twice} twice; say it once`);
    options = { ...options, ...found.option };
    text = text.slice(0, found.start).trimEnd();
  }
}

/** `T12` or `t12`; undefined for anything else. */
export function readKey(word: string): TaskKey | undefined {
  const match = /^t([1-9]\d{0,5})$/i.exec(word);
  return match === null ? undefined : `T${Number(match[1])}`;
}

/** The first word, as a key where it is one (`T2:` and `T2,` too), and the rest. */
export function splitKey(text: string): { readonly key?: TaskKey; readonly word: string; readonly rest: string } {
  const word = /^\S*/.exec(text)?.[0] ?? "";
  return { key: readKey(word.replace(/[:,]$/, "")), word, rest: text.slice(word.length).trim() };
}

/** A specialist's name in small letters; undefined for anything else. */
function readSpecialist(word: string): string | undefined {
  const name = word.toLowerCase();
  return /^[a-z0-9][a-z0-9-]{0,79}$/.test(name) ? name : undefined;
}

/** The name of a specialist or an agent in small letters; undefined for anything else. */
export function readName(word: string): string | undefined {
  const name = word.toLowerCase();
  return /^[a-z0-9][a-z0-9._:/-]{0,79}$/.test(name) ? name : undefined;
}

/** `high`, `priority:high`, `HIGH`; undefined for anything else. */
export function readPriority(word: string): Priority | undefined {
  const name = word.toLowerCase().replace(/^priority:\s*/, "");
  return priorities.find((one) => one === name);
}

type Found = { readonly start: number; readonly option: TaskOptions } | Refused;

function lastOption(text: string): Found | undefined {
  const named = /(?:^|\s)(agent|priority|estimate|timeout):(\S*)$/i.exec(text);
  if (named !== null) {
    const [, name = "", value = ""] = named;
    const option = readers[name.toLowerCase()]?.(value);
    return option === undefined || "reason" in option ? option : { start: named.index, option };
  }
  const after = /(?:^|\s)after:?\s+(nothing|t[1-9]\d{0,5}(?:(?:\s*,\s*|\s+and\s+|\s+)t[1-9]\d{0,5})*)$/i.exec(text);
  if (after === null) return undefined;
  const keys = (after[1] ?? "").match(/t\d+/gi) ?? [];
  const needs = keys.map(readKey).filter((key) => key !== undefined);
  return { start: after.index, option: { needs: [...new Set(needs)] } };
}

const readers: Readonly<Record<string, (value: string) => TaskOptions | Refused>> = {
  agent(value) {
    const specialist = readSpecialist(value);
    return specialist === undefined
      ? refuse(`\`agent:${quote(value)}\` names no specialist; write for example agent:test-engineer`)
      : { specialist };
  },
  priority(value) {
    const priority = readPriority(value);
    return priority === undefined
      ? refuse(`\`priority:${quote(value)}\` is no priority; write priority:high, priority:normal or priority:low`)
      : { priority };
  },
  estimate(value) {
    const estimateMinutes = readMinutes(value);
    return typeof estimateMinutes === "number" ? { estimateMinutes } : notMinutes("estimate", value);
  },
  timeout(value) {
    const timeoutMinutes = readMinutes(value);
    return typeof timeoutMinutes === "number" ? { timeoutMinutes } : notMinutes("timeout", value);
  },
};

/** `90`, `90m`, `2h`. */
function readMinutes(value: string): number | undefined {
  const [, digits, unit] = /^(\d{1,5})(m|min|h)?$/i.exec(value) ?? [];
  const minutes = Number(digits ?? 0) * (unit?.toLowerCase() === "h" ? 60 : 1);
  return minutes >= 1 && minutes <= planLimits.timeoutMinutes ? minutes : undefined;
}

function notMinutes(name: string, value: string): Refused {
  return refuse(
    `\`${name}:${quote(value)}\` is no number of minutes from 1 to ${planLimits.timeoutMinutes}; write for example ${name}:60`,
  );
}

const optionNames = Object.keys(readers);

/** What stands where options stand and was meant as one, but cannot be read. */
function misread(text: string, prose: boolean): Refused | undefined {
  const first = /^(agent|priority|estimate|timeout):\S+\s/i.exec(text)?.[0];
  if (first !== undefined) return refuse(`\`${quote(first.trim())}\` stands before the words; options come at the end`);
  const [, name, value] = /(?:^|\s)([a-z][a-z-]*):([\w][\w.,-]*)$/i.exec(text) ?? [];
  if (name !== undefined && value !== undefined) {
    const meant = optionNames.find((option) => oneSlip(name.toLowerCase(), option));
    if (meant !== undefined) return refuse(`\`${quote(name)}:${quote(value)}\` is no option; did you mean ${meant}:?`);
    if (!prose) {
      return refuse(
        `\`${quote(name)}:${quote(value)}\` is no option; there are after, ${optionNames.join(", ")}. If it belongs to the title, put it in backticks`,
      );
    }
  }
  const after = /(?:^|\s)after:?\s+([^\s].*)$/i.exec(text)?.[1];
  if (after === undefined || !after.split(/[\s,;]+/).every((word) => keyLike.test(word))) return undefined;
  return refuse(`\`after ${quote(after)}\` names no tasks; write for example after T1,T2 or after nothing`);
}

/** No word of a sentence: numbers, lone signs, keys written another way. */
const keyLike = /^(?:t?#?\d{0,3}|t[1-9]\d{0,5}|t?\d{1,3}(?:-|\.\.|\u2013)t?\d{1,3}|and|or|[^\p{L}\p{N}]*)$/iu;
