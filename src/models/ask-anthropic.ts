import Anthropic from "@anthropic-ai/sdk";
import type { ModelAnswer, ModelRequest } from "../ports/model.ts";
import type { AnthropicOptions } from "./anthropic.ts";
import { explainFailure, isWorthAnotherTry } from "./anthropic-errors.ts";
import { toAnswer, toParameters, toUsage } from "./anthropic-messages.ts";
import { withPatience } from "./patience.ts";
import { silenceGuard } from "./silence-guard.ts";

/** Asks over the Messages API. A stream that breaks off after it began is asked for once more: the SDK only retries what never began. */
export async function askAnthropic(
  options: AnthropicOptions,
  request: ModelRequest,
  signal: AbortSignal,
): Promise<ModelAnswer> {
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
    fetch: withPatience(guard.fetch),
  });
  const stream = client.messages.stream(toParameters(options.model, request), {
    signal: AbortSignal.any([signal, guard.signal]),
  });
  if (request.onText !== undefined) stream.on("text", request.onText);
  // The SDK forgets a message that broke off.
  let begun: Anthropic.Message | undefined;
  stream.on("streamEvent", (_, message) => {
    begun = message;
  });
  try {
    return toAnswer(options.model, await stream.finalMessage());
  } catch (error) {
    if (begun !== undefined) request.onBrokenOff?.(toUsage(options.model, begun.usage));
    guard.signal.throwIfAborted();
    throw error;
  } finally {
    guard.stop();
  }
}

const defaultTimeout = 120_000;
const defaultRetries = 4;
