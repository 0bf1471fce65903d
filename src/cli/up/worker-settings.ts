import type { ModelEnvironment } from "./options.ts";

export interface WorkerSettings {
  /** `ws://host:port/worker`, or the hub's address. */
  readonly hub: string;
  readonly models: ModelEnvironment;
  readonly agent?: string;
  readonly sandbox: "bubblewrap" | "none";
  /** Sandboxed commands may use the network. */
  readonly network: boolean;
  /** Tasks at once; one unless told otherwise. */
  readonly slots?: number;
}

/** A worker is told what it needs and nothing else of this process's environment. */
export function workerEnvironment({ hub, models, agent, slots }: WorkerSettings): Record<string, string> {
  const told: Record<string, string | undefined> = {
    PATH: process.env.PATH,
    LANG: process.env.LANG,
    COPPICE_HUB: hub,
    COPPICE_AGENT: agent,
    COPPICE_SLOTS: slots === undefined ? undefined : `${slots}`,
    ANTHROPIC_API_KEY: models.apiKey,
    ANTHROPIC_BASE_URL: models.baseUrl,
    ANTHROPIC_MODEL: models.model,
  };
  return Object.fromEntries(Object.entries(told).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

export function workerFlags({ sandbox, network }: Pick<WorkerSettings, "sandbox" | "network">): string[] {
  return [...(sandbox === "none" ? ["--dangerously-no-sandbox"] : []), ...(network ? ["--allow-network"] : [])];
}
