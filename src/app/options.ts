import type { Logger } from "pino";
import type { HubTiming } from "../hub/state.ts";
import type { OperatorLimits } from "../wire/config.ts";
import type { FrontTiming } from "./front.ts";
import type { TendTiming } from "./tend.ts";

/** Which model plans and at which address it is asked. */
export interface AnthropicOptions {
  readonly apiKey: string;
  readonly baseUrl?: string;
  readonly model: string;
}

export interface AppOptions {
  readonly appId: number;
  /** PEM. */
  readonly privateKey: string;
  readonly webhookSecret: string;
  readonly apiUrl: string;
  /** `unlimited` is for a forge of one's own. */
  readonly limits: "github" | "unlimited";
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly webhookPath?: string;
  /** Mirrors, the workers' tokens and the hub's id: caches, but for the latter two. One process has it at a time. */
  readonly dataFolder: string;
  /** `auto`: the model where there is a key, else keywords. */
  readonly planner: "auto" | "anthropic" | "keywords";
  readonly anthropic?: AnthropicOptions;
  /** What a repository's configuration may narrow and never widen. */
  readonly policyOverrides: OperatorLimits;
  /** The agent asked for; the worker's own choice when absent. */
  readonly defaultAgent?: string;
  readonly operatorToken: string;
  /** No other hub's. Absent: one that is kept in the data folder. */
  readonly hubId?: string;
  readonly log: Logger;
  readonly timing?: {
    readonly front?: FrontTiming;
    readonly hub?: Partial<HubTiming>;
    readonly tend?: Partial<TendTiming>;
    /** Between two looks for webhooks that nobody took in, milliseconds. */
    readonly redelivery?: number;
  };
}
