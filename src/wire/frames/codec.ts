import type { z } from "zod";
import { CoppiceError } from "../../core/errors.ts";
import type { HubFrame, WorkerFrame } from "./frames.ts";
import { hubFrame, maxFrameBytes, workerFrame } from "./frames.ts";

/** A frame as text for the socket. */
export function formatFrame(frame: WorkerFrame | HubFrame): string {
  return JSON.stringify(frame);
}

/** Throws CoppiceError frame-invalid, naming the place and what is allowed there. */
export function parseWorkerFrame(text: string): WorkerFrame {
  return parse(workerFrame, text);
}

/** Throws CoppiceError frame-invalid, naming the place and what is allowed there. */
export function parseHubFrame(text: string): HubFrame {
  return parse(hubFrame, text);
}

function parse<T>(schema: z.ZodType<T>, text: string): T {
  if (Buffer.byteLength(text) > maxFrameBytes) {
    throw new CoppiceError("frame-invalid", `a frame of more than ${maxFrameBytes} bytes`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new CoppiceError("frame-invalid", "a frame that is not JSON", { cause });
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new CoppiceError("frame-invalid", `frame: ${issue?.path.join(".") || "(top)"}: ${issue?.message ?? "invalid"}`);
}
