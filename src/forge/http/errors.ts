/** One entry of a validation error, as GitHub spells it. */
export interface FieldError {
  readonly resource: string;
  readonly field?: string;
  readonly code: "missing" | "missing_field" | "invalid" | "already_exists" | "unprocessable" | "custom";
  readonly message?: string;
  readonly value?: unknown;
}

/** An answer other than success; thrown inside a transaction it also undoes the transaction. */
export class HttpError extends Error {
  readonly status: number;
  readonly errors: readonly (FieldError | string)[] | undefined;

  constructor(status: number, message: string, errors?: readonly (FieldError | string)[]) {
    super(message);
    this.name = "HttpError";
    this.status = status;
    this.errors = errors;
  }

  /** GitHub's error body. */
  get body(): Record<string, unknown> {
    return {
      message: this.message,
      ...(this.errors === undefined ? {} : { errors: this.errors }),
      documentation_url: documentationUrl,
      status: String(this.status),
    };
  }
}

export const documentationUrl = "https://docs.github.com/rest";

export const badCredentials = () => new HttpError(401, "Bad credentials");
export const requiresAuthentication = () => new HttpError(401, "Requires authentication");
export const forbidden = (message: string) => new HttpError(403, message);
export const notAccessible = () => forbidden("Resource not accessible by integration");
export const notFound = () => new HttpError(404, "Not Found");
export const conflict = (message: string) => new HttpError(409, message);
export const invalid = (message: string) => new HttpError(422, message);

/** 422 with GitHub's list of what was wrong with which field. */
export const validationFailed = (...errors: readonly (FieldError | string)[]) =>
  new HttpError(422, "Validation Failed", errors);
