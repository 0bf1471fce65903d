import { CoppiceError } from "../../core/errors.ts";
import type { PlanState } from "../../core/plan/plan.ts";
import { line } from "../screen/plan-screen.ts";
import { type AskOptions, ask, type Reply } from "./ask.ts";
import { makeOnce } from "./make-once.ts";
import type { Place } from "./open-place.ts";
import { planAfter } from "./plan.ts";

export interface NewIssue {
  readonly text: string;
  /** The first comment. */
  readonly command: string;
}

interface Options extends Pick<AskOptions, "timeout"> {
  readonly onOpened: (issue: number) => void;
}

type Asking = Parameters<typeof ask>[0] & {
  readonly plans: Parameters<typeof planAfter>[0]["plans"];
  readonly forge: Pick<Place["forge"], "url"> & { readonly issues: Pick<Place["forge"]["issues"], "create"> };
};

interface Asked {
  readonly issue: number;
  readonly reply: Reply;
  readonly state: PlanState | undefined;
}

/** Opens an issue whose title is the text's first line, asks there, and reads the plan. Every failure says how far it came. */
export async function askOnNewIssue(
  place: Asking,
  { text, command }: NewIssue,
  { timeout, onOpened }: Options,
): Promise<Asked> {
  const issue = await open(place, text);
  onOpened(issue);
  let there = "its command may not be there";
  const onWritten = () => {
    there = "its command is there";
  };
  try {
    const reply = await ask(place, issue, command, { timeout, onWritten, isNew: true });
    return { issue, reply, state: await planAfter(place, issue, reply) };
  } catch (error) {
    throw withMore(error, `#${issue} is open, ${there}: coppice plan-continue ${issue}`);
  }
}

/** The first line is not said twice, unless the title is only the beginning of it. */
export function issueText(text: string): { readonly title: string; readonly body: string } {
  const [first = "", ...more] = text.trim().split(/\r?\n/);
  const title = line(first, 200);
  return { title, body: title === first.trim() ? more.join("\n").trim() : text };
}

function open(place: Asking, text: string): Promise<number> {
  const { issues, made, url } = place.forge;
  const texts = issueText(text);
  return makeOnce(place, {
    make: async () => (await issues.create({ ...texts, labels: [] })).number,
    find: (begun) => made.issue(texts, begun),
  }).catch((error: unknown) => {
    const isUnknown = error instanceof CoppiceError && error.code === "forge-unavailable";
    throw isUnknown ? withMore(error, `the issue may be open all the same: look at ${url}/issues first`) : error;
  });
}

/** What failed, and how things stand. */
function withMore(error: unknown, more: string): unknown {
  if (!(error instanceof CoppiceError)) return error;
  return new CoppiceError(error.code, `${error.message}; ${more}`, { cause: error });
}
