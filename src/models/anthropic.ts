import type { Model } from "../ports/model.ts";

/** What Anthropic recommends to begin with for most work. */
export const defaultAnthropicModel = "claude-opus-5-5";

export interface AnthropicOptions {
  readonly apiKey: string;
  readonly model: string;
  /** Without the path `/v1/…`; Anthropic's own address when absent. */
  readonly baseUrl?: string;
  /** Without a sign of life for so long a request is given up, milliseconds. Default: 2 minutes. */
  readonly timeout?: number;
  /** Further tries after 408, 409, 429, 5xx (529 too), a lost connection or a time-out. Default: 4. */
  readonly retries?: number;
}

/** Claude over the Messages API, streamed. Nothing is read from the environment. */
export function openAnthropicModel(options: AnthropicOptions): Model {
  return {
    name: options.model,
    // The SDK takes longer to load than everything else that starts with it, and many never ask.
    ask: async (request, signal) => (await import("./ask-anthropic.ts")).askAnthropic(options, request, signal),
  };
}
