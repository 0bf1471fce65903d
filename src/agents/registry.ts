import { CoppiceError } from "../core/errors.ts";
import type { Agent } from "../ports/agent.ts";
import type { Model } from "../ports/model.ts";
import type { Processes } from "../ports/sandbox.ts";
import { createAnthropicAgent } from "./anthropic/agent.ts";
import { createCommandAgent } from "./command/agent.ts";

export interface AgentTools {
  readonly processes: Processes;
  /** Where a model is configured. */
  readonly model?: Model;
}

/** One kind of agent: what its ids look like, and how one is made. */
interface AgentRow {
  readonly usage: string;
  matches(id: string): boolean;
  create(id: string, tools: AgentTools): Agent;
}

const rows: readonly AgentRow[] = [
  {
    usage: "anthropic",
    matches: (id) => id === "anthropic",
    create: (_, { processes, model }) => createAnthropicAgent({ processes, model }),
  },
  {
    usage: "command:<shell line>",
    matches: (id) => id.startsWith("command:") && id.length > "command:".length,
    create: (id, { processes }) => createCommandAgent(id, processes),
  },
];

/** The agent of that id; throws CoppiceError bad-input naming those there are. */
export function createAgent(id: string, tools: AgentTools): Agent {
  return rowOf(id).create(id, tools);
}

/** Throws CoppiceError bad-input naming the agents there are, unless this id is one of theirs. */
export function assertAgentId(id: string): void {
  rowOf(id);
}

function rowOf(id: string): AgentRow {
  const row = rows.find((candidate) => candidate.matches(id));
  if (row) return row;
  const known = rows.map(({ usage }) => usage).join(", ");
  throw new CoppiceError("bad-input", `no agent is called ${JSON.stringify(id.slice(0, 100))}; there are: ${known}`);
}
