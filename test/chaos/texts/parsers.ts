import { CoppiceError } from "../../../src/core/errors.ts";
import { parseCommands } from "../../../src/wire/commands/parse-commands.ts";
import { parseConfig } from "../../../src/wire/config.ts";
import { parseEdit } from "../../../src/wire/edit-yaml.ts";
import { parseHubFrame, parseWorkerFrame } from "../../../src/wire/frames/codec.ts";
import { parseLease } from "../../../src/wire/lease-text.ts";
import { parseMarks } from "../../../src/wire/marks-yaml.ts";
import { parsePlan } from "../../../src/wire/plan-yaml.ts";
import { parseProposal } from "../../../src/wire/proposal-yaml.ts";
import { parseRecord } from "../../../src/wire/record-yaml.ts";
import { parseRun } from "../../../src/wire/run-json.ts";
import { parseSpecialist } from "../../../src/wire/specialist-md.ts";

/** Reads a text; gives what it said where it refused, nothing where it took it. Anything else it does is a fault. */
type Read = (text: string) => string | undefined;

interface Parser {
  readonly read: Read;
  /** What every refusal names: the place. */
  readonly names: RegExp;
}

/** Everything that reads what others wrote, by what it reads. */
export const parsers: Readonly<Record<string, Parser>> = {
  command: {
    read: (text) => {
      const lines = parseCommands(text, { prefixed: false, mention: "coppice" });
      return lines.flatMap(({ text }) => (text === "" ? ["an empty command"] : []))[0];
    },
    names: /^never$/,
  },
  plan: { read: thrown(parsePlan), names: /^plan\.yaml:\d+: / },
  record: { read: thrown(parseRecord), names: /^record\.yaml:\d+: / },
  marks: { read: thrown(parseMarks), names: /^marks\.yaml:\d+: / },
  run: { read: thrown(parseRun), names: /^run\.json: / },
  edit: {
    read: (text) => {
      const answer = parseEdit(text, { plan: { goal: "", tasks: [] }, record: { tasks: {} }, revision: 1 });
      return answer.kind === "refused" ? answer.reason : undefined;
    },
    names: /^line \d+: /,
  },
  proposal: { read: thrown(parseProposal), names: /^proposal\.yaml:\d+: / },
  lease: { read: thrown(parseLease), names: /^lease commit: / },
  config: {
    read: (text) => {
      const answer = parseConfig(text);
      return answer.kind === "invalid" ? answer.line : undefined;
    },
    names: /^\.github\/coppice\.yml:\d+: /,
  },
  specialist: { read: thrown((text) => parseSpecialist(text, "agents/one.md")), names: /agents\/one\.md/ },
  "worker frame": { read: thrown(parseWorkerFrame), names: /frame/ },
  "hub frame": { read: thrown(parseHubFrame), names: /frame/ },
};

/** Kinds of text that people write themselves; the rest is written by hubs, workers and the planner. */
export const writtenByPeople: readonly string[] = ["command", "plan", "edit", "config", "specialist"];

function thrown(parse: (text: string) => unknown): Read {
  return (text) => {
    try {
      parse(text);
      return undefined;
    } catch (error) {
      if (error instanceof CoppiceError) return error.message;
      throw error;
    }
  };
}
