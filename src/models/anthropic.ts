import Anthropic from "@anthropic-ai/sdk";
import type { Model, ModelAnswer, ModelRequest } from "../ports/model.ts";
import { explainFailure, isWorthAnotherTry } from "./anthropic-errors.ts";
import { toAnswer, toParameters } from "./anthropic-messages.ts";
import { silenceGuard } from "./silence-guard.ts";

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
  return { name: options.model, ask: (request, signal) => ask(options, request, signal) };
}

/** A stream that breaks off after it began is asked for once more: the SDK only retries what never began. */
async function ask(options: AnthropicOptions, request: ModelRequest, signal: AbortSignal): Promise<ModelAnswer> {
  const tries = (options.retries ?? defaultRetries) > 0 ? 2 : 1;
  for (let tried = 1; ; tried++) {
    try {
      return await askOnce(options, request, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (tried < tries && isWorthAnotherTry(error)) continue;
      throw explainFailure(error, options);
    }
  }
}

async function askOnce(options: AnthropicOptions, request: ModelRequest, signal: AbortSignal): Promise<ModelAnswer> {
  const timeout = options.timeout ?? defaultTimeout;
  const guard = silenceGuard(timeout);
  const client = new Anthropic({
    apiKey: options.apiKey,
    authToken: null,
    webhookKey: null,
    baseURL: options.baseUrl ?? "https://api.anthropic.com",
    maxRetries: options.retries ?? defaultRetries,
    timeout,
    logLevel: "off",
    openTelemetry: false,
    fetch: guard.fetch,
  });
  try {
    const stream = client.messages.stream(toParameters(options.model, request), {
      signal: AbortSignal.any([signal, guard.signal]),
    });
    if (request.onText !== undefined) stream.on("text", request.onText);
    return toAnswer(options.model, await stream.finalMessage());
  } catch (error) {
    guard.signal.throwIfAborted();
    throw error;
  } finally {
    guard.stop();
  }
}

const defaultTimeout = 120_000;
const defaultRetries = 4;
