/** Every surprise has one of these codes; a refusal (an expected "no") is a value, never an error. */
export type ErrorCode =
  | "bad-input"
  | "config-invalid"
  | "forge-unavailable"
  | "forge-refused"
  | "forge-not-found"
  | "forge-limited"
  | "git-failed"
  | "model-unavailable"
  | "model-refused"
  | "sandbox-unavailable"
  | "frame-invalid"
  | "ledger-invalid"
  /** Written by a newer Coppice: it is left as it is. */
  | "ledger-newer"
  | "timed-out"
  /** The disk has no room, or a limit on files is reached. */
  | "disk-full"
  | "internal";

/** The one error class: a code to branch on, a message for people that says what to do, the cause kept. */
export class CoppiceError extends Error {
  readonly code: ErrorCode;
  /** The other side's word on when it may be asked again, seconds. */
  readonly retryAfterSeconds?: number;

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; retryAfterSeconds?: number } = {}) {
    super(message, options);
    this.name = "CoppiceError";
    this.code = code;
    if (options.retryAfterSeconds !== undefined) this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** The system's codes for a disk or a quota without room, and for a file that may not grow. */
const noRoom: readonly unknown[] = ["ENOSPC", "EDQUOT", "EFBIG"];

/** A write that failed for lack of room: a person must make some. */
export function isDiskFull(error: unknown): boolean {
  if (typeof error !== "object" || error === null || !("code" in error)) return false;
  return error.code === "disk-full" || noRoom.includes(error.code);
}
