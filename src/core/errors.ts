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
  | "timed-out"
  | "internal";

/** The one error class: a code to branch on, a message for people that says what to do, the cause kept. */
export class CoppiceError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "CoppiceError";
    this.code = code;
  }
}
