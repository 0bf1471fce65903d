import { z } from "zod";
import { issueOfBranch } from "../../core/lease/lease.ts";

const numbered = z.object({ number: z.number().int() }).transform(({ number }) => [number]);
const branch = z
  .string()
  .nullish()
  .transform((name) => subjectsOfBranch(name ?? ""));
const pulls = z.array(numbered).transform((all) => all.flat());
const pull = z
  .object({ number: z.number().int(), head: z.object({ ref: branch }).optional() })
  .transform(({ number, head }) => [number, ...(head?.ref ?? [])]);
const suite = z
  .object({ head_branch: branch, pull_requests: pulls.optional() })
  .transform(({ head_branch, pull_requests = [] }) => [...head_branch, ...pull_requests]);
const run = z
  .object({ check_suite: suite, pull_requests: pulls.optional() })
  .transform(({ check_suite, pull_requests = [] }) => [...check_suite, ...pull_requests]);
const branches = z.array(z.object({ name: branch })).transform((all) => all.flatMap(({ name }) => name));

/** Where payloads of the events we listen to name what they are about. */
const places = {
  ...{ issue: numbered, parent_issue: numbered, sub_issue: numbered },
  ...{ blocked_issue: numbered, blocking_issue: numbered },
  ...{ pull_request: pull, check_suite: suite, check_run: run, branches },
};

/** The issue whose work branch it is; none for a branch that is nobody's work. */
export function subjectsOfBranch(name: string): readonly number[] {
  const issue = issueOfBranch(name);
  return issue === undefined ? [] : [issue];
}

/**
 * The issues and pull requests a payload is about: those it names, and those whose work branch it names. Empty: none that
 * can be a plan's. Undefined: it does not say.
 */
export function subjectsOf(payload: unknown): readonly number[] | undefined {
  if (typeof payload !== "object" || payload === null) return undefined;
  const found = new Set<number>();
  let says = false;
  for (const [name, schema] of Object.entries(places)) {
    if (!Object.hasOwn(payload, name)) continue;
    const parsed = schema.safeParse(Reflect.get(payload, name));
    if (!parsed.success) return undefined;
    says = true;
    for (const number of parsed.data) found.add(number);
  }
  return says ? [...found] : undefined;
}
