import { z } from "zod";
import { CoppiceError } from "../../core/errors.ts";
import type { HubFrame, WorkerFrame } from "./frames.ts";
import { hubFrame, maxFrameBytes, protocolVersion, workerFrame } from "./frames.ts";

/** A frame as text for the socket. */
export function formatFrame(frame: WorkerFrame | HubFrame): string {
  return JSON.stringify(frame);
}

/** Throws CoppiceError frame-invalid, naming the place and what is allowed there. */
export function parseWorkerFrame(text: string): WorkerFrame {
  const value = read(text);
  const { data } = anyHello.safeParse(value);
  if (data !== undefined && data.version !== protocolVersion) {
    throw new CoppiceError("frame-invalid", `frame: version: ${data.version}, this hub speaks ${protocolVersion}`);
  }
  return check(workerFrame, value);
}

/** Throws CoppiceError frame-invalid, naming the place and what is allowed there. */
export function parseHubFrame(text: string): HubFrame {
  return check(hubFrame, read(text));
}

/** A newer hello may say what is not known here: that it is newer is the answer, not what it says. */
const anyHello = z.object({ kind: z.literal("worker-hello"), version: z.number().int() });

/** Characters of what is wrong with a frame: names of strangers' making stand in it, and it is logged. */
const longestReason = 300;

function read(text: string): unknown {
  if (Buffer.byteLength(text) > maxFrameBytes) {
    throw new CoppiceError("frame-invalid", `a frame of more than ${maxFrameBytes} bytes`);
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CoppiceError("frame-invalid", "a frame that is not JSON", { cause });
  }
}

function check<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const reason = `frame: ${issue?.path.join(".") || "(top)"}: ${issue?.message ?? "invalid"}`;
  throw new CoppiceError("frame-invalid", reason.slice(0, longestReason));
}
