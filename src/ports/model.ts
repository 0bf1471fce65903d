import type { Usage } from "../core/plan/plan.ts";

export type ModelBlock =
  /** `cached`: a later request begins with the same bytes up to here; at most two of a request are. */
  | { readonly kind: "text"; readonly text: string; readonly cached?: true }
  | { readonly kind: "tool-call"; readonly id: string; readonly name: string; readonly input: unknown }
  /** The model's own reasoning in its provider's form: sent back unchanged in the same conversation, never shown. */
  | { readonly kind: "thinking"; readonly block: unknown }
  | { readonly kind: "tool-result"; readonly id: string; readonly text: string; readonly isError: boolean };

export interface ModelMessage {
  readonly role: "user" | "assistant";
  readonly content: readonly ModelBlock[];
}

export interface ModelTool {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the input. */
  readonly schema: Readonly<Record<string, unknown>>;
}

export interface ModelRequest {
  /** Stable between turns and marked for prompt caching. */
  readonly system: string;
  readonly messages: readonly ModelMessage[];
  readonly tools: readonly ModelTool[];
  readonly maxTokens: number;
  /** Called with text as it streams in. */
  readonly onText?: (text: string) => void;
  /** What an answer cost that began and broke off, as far as the host had said; called before the next try, or the error. */
  readonly onBrokenOff?: (usage: Usage) => void;
}

export interface ModelAnswer {
  readonly content: readonly ModelBlock[];
  readonly stop: "end" | "tool" | "length" | "refusal";
  readonly usage: Usage;
}

/** A chat model that can call tools. Retries 429, 529 and 5xx with back-off; throws CoppiceError model-unavailable or model-refused. */
export interface Model {
  readonly name: string;
  ask(request: ModelRequest, signal: AbortSignal): Promise<ModelAnswer>;
}
