import type { TaskKey } from "../../core/task/task.ts";
import { priorities } from "../../core/task/task.ts";
import type { TaskOptions } from "./command.ts";
import { quote } from "./command.ts";

/** The words before the options, the options, or what is wrong with them. */
export type SplitOptions =
  | { readonly kind: "split"; readonly text: string; readonly options: TaskOptions }
  | { readonly kind: "refused"; readonly reason: string };

/** Takes `after …`, `agent:…` and `priority:…` from the end of a line, so that a title may hold the word after. */
export function splitOptions(line: string): SplitOptions {
  let text = line.trim();
  let options: TaskOptions = {};
  for (;;) {
    const found = lastOption(text);
    if (found === undefined) return { kind: "split", text, options };
    if ("reason" in found) return { kind: "refused", reason: found.reason };
    const twice = Object.keys(found.option).find((name) => name in options);
    if (twice !== undefined) return { kind: "refused", reason: `\`${quote(line)}\` says ${twice} twice; say it once` };
    options = { ...options, ...found.option };
    text = text.slice(0, found.start).trimEnd();
  }
}

/** `T12` or `t12`; undefined for anything else. */
export function readKey(word: string): TaskKey | undefined {
  const match = /^t([1-9]\d{0,5})$/i.exec(word);
  return match === null ? undefined : `T${Number(match[1])}`;
}

type Found = { readonly start: number; readonly option: TaskOptions } | { readonly reason: string };

function lastOption(text: string): Found | undefined {
  const named = /(?:^|\s)(agent|priority):(\S*)$/i.exec(text);
  if (named !== null) return readNamed(named.index, named[1]?.toLowerCase(), named[2] ?? "");
  const after = /(?:^|\s)after:?\s+(nothing|t[1-9]\d{0,5}(?:(?:\s*,\s*|\s+and\s+|\s+)t[1-9]\d{0,5})*)$/i.exec(text);
  if (after === null) return undefined;
  const keys = (after[1] ?? "").match(/t\d+/gi) ?? [];
  const needs = keys.map(readKey).filter((key) => key !== undefined);
  return { start: after.index, option: { needs: [...new Set(needs)] } };
}

function readNamed(start: number, name: string | undefined, value: string): Found {
  if (name === "priority") {
    const priority = priorities.find((one) => one === value.toLowerCase());
    if (priority !== undefined) return { start, option: { priority } };
    return {
      reason: `\`priority:${quote(value)}\` is no priority; write priority:high, priority:normal or priority:low`,
    };
  }
  const specialist = value.toLowerCase();
  if (/^[a-z0-9][a-z0-9-]{0,79}$/.test(specialist)) return { start, option: { specialist } };
  return { reason: `\`agent:${quote(value)}\` names no specialist; write for example agent:test-engineer` };
}
