import { AnthropicError, APIConnectionError, APIError } from "@anthropic-ai/sdk";
import { CoppiceError } from "../core/errors.ts";
import { askedToWait, longestPause } from "./patience.ts";

/** An answer that began and did not end. */
export class BrokenStream extends Error {
  override readonly name = "BrokenStream";
}

/** Whether the same request may well succeed now: what broke off, not what was refused. */
export function isWorthAnotherTry(error: unknown): boolean {
  if (error instanceof BrokenStream) return true;
  if (error instanceof APIError) return error.status === undefined && !(error instanceof APIConnectionError);
  return error instanceof AnthropicError || error instanceof TypeError;
}

/** A failure as one of ours, one line for people, never with the key in it. */
export function explainFailure(error: unknown, { apiKey, model }: { apiKey: string; model: string }): CoppiceError {
  const said = wordsOf(error).replaceAll(apiKey === "" ? "\0" : apiKey, "[key]");
  const status = error instanceof APIError ? error.status : undefined;
  if (status === 401) {
    return new CoppiceError(
      "model-refused",
      `the model's host refused the key (${status}): set a valid ANTHROPIC_API_KEY`,
      {
        cause: error,
      },
    );
  }
  if (status === 404) {
    return new CoppiceError("model-refused", `the model ${model} is not known at this address (404): ${said}`, {
      cause: error,
    });
  }
  if (status !== undefined && status >= 400 && status < 500 && ![408, 409, 429].includes(status)) {
    return new CoppiceError("model-refused", `the model's host refused the request (${status}): ${said}`, {
      cause: error,
    });
  }
  const code = status === undefined ? "" : ` (${status})`;
  const pause = error instanceof APIError ? askedToWait(error.headers) : undefined;
  const wait = waitLine(pause ?? 0);
  return new CoppiceError("model-unavailable", `the model ${model} cannot be reached now${code}: ${said}${wait}`, {
    cause: error,
    ...(pause === undefined ? {} : { retryAfterSeconds: pause }),
  });
}

/** Shorter pauses have been made already. */
function waitLine(seconds: number): string {
  return seconds > longestPause ? `; it asks to wait ${Math.ceil(seconds / 60)} minutes` : "";
}

function wordsOf(error: unknown): string {
  const text =
    error instanceof APIError && error.apiMessage
      ? error.apiMessage
      : error instanceof Error
        ? error.message
        : String(error);
  return text.replace(/\s+/g, " ").slice(0, 300);
}
