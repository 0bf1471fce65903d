import { noPlan } from "../../../core/plan/apply.ts";
import type { SteeringCommand } from "../../../core/plan/steering-change.ts";
import { quote } from "../../../wire/commands/command.ts";
import { parseTaskIssue } from "../../../wire/task-issue.ts";
import { specialistNames } from "../../specialists.ts";
import type { Handled, Handler, Turn } from "./handler.ts";
import { refused } from "./handler.ts";

export const pause: Handler<"pause"> = ({ key }, turn) => steer({ kind: "pause", key }, turn);
export const resume: Handler<"resume"> = ({ key }, turn) => steer({ kind: "resume", key }, turn);
export const stop: Handler<"stop"> = ({ key }, turn) => steer({ kind: "stop", key }, turn);

export const retry: Handler<"retry"> = async ({ key, agent }, turn) => {
  if (agent === undefined) return steer({ kind: "retry", key }, turn);
  const id = agentNamed(agent, turn);
  if (id === undefined) return refused(`no worker here has the agent ${quote(agent)}; ${agentNames(turn)}`);
  return steer({ kind: "retry", key, agent: id }, turn);
};

/** Of a draft, or in an amendment, it is the plan's own word; of an approved plan it is how that is carried out. */
export const priority: Handler<"priority"> = async ({ key, priority: wanted }, turn) =>
  isPlanned(turn)
    ? { kind: "done", changes: [{ kind: "modify", key, change: { priority: wanted } }] }
    : steer({ kind: "priority", key, priority: wanted }, turn);

/** A specialist before an agent of the same name; the same as with priorities, but that no plan names agents. */
export const assign: Handler<"assign"> = async ({ key, name }, turn) => {
  if (turn.specialists.some((specialist) => specialist.name === name)) {
    return isPlanned(turn)
      ? { kind: "done", changes: [{ kind: "modify", key, change: { specialist: name } }] }
      : steer({ kind: "assign", key, specialist: name }, turn);
  }
  const agent = agentNamed(name, turn);
  if (agent !== undefined) return steer({ kind: "assign", key, agent }, turn);
  const names = specialistNames(turn.specialists);
  return refused(`${quote(name)} is not known here; there are ${names}; ${agentNames(turn)}`);
};

async function steer(command: SteeringCommand, turn: Turn): Promise<Handled> {
  const { state } = turn;
  if (state === undefined) return refused(whyNoPlan(command, turn));
  const isLookedAt = command.key !== undefined && state.record.status.kind === "approved";
  const standing = isLookedAt ? (await turn.standings()).get(command.key) : undefined;
  return { kind: "done", act: { kind: "steer", command, ...(standing === undefined ? {} : { standing }) } };
}

/** An amendment is begun with a draft's rights. */
function isPlanned({ before }: Turn): boolean {
  return before?.record.status.kind === "draft";
}

/** People write where they see the task. */
function whyNoPlan({ kind }: SteeringCommand, { commanded: { issue }, options }: Turn): string {
  const marker = issue.author === options.forge.botLogin ? parseTaskIssue(issue.body) : undefined;
  if (marker === undefined) return noPlan;
  return `this issue is task ${marker.key} of the plan in #${marker.plan}; write it there, for example /${kind} ${marker.key}`;
}

/** The id of an agent that some worker has, from its name: `command` alone means the only command there is. */
function agentNamed(name: string, { options }: Turn): string | undefined {
  const ids = agentIds({ options });
  const exact = ids.find((id) => id.toLowerCase() === name);
  const kinds = ids.filter((id) => id.toLowerCase().startsWith(`${name}:`));
  return exact ?? (kinds.length === 1 ? kinds[0] : undefined);
}

function agentNames({ options }: Turn): string {
  const ids = agentIds({ options });
  return ids.length === 0 ? "no worker is known yet" : `workers have ${ids.map((id) => `\`${quote(id)}\``).join(", ")}`;
}

function agentIds({ options }: Pick<Turn, "options">): readonly string[] {
  return [...new Set(options.agents().workers.flatMap(({ agents }) => agents))].slice(0, 50);
}
