import type { Call } from "../http/call.ts";
import { HttpError } from "../http/errors.ts";

/** A posted form's fields. */
export async function readForm(call: Call): Promise<URLSearchParams> {
  const type = call.headers.get("content-type") ?? "";
  if (!type.startsWith("application/x-www-form-urlencoded")) throw new HttpError(415, "This address takes forms.");
  return new URLSearchParams(await call.text());
}

/** A text field as the browser sent it: lines end with carriage returns, and GitHub keeps them so. */
export function textOf(form: URLSearchParams, name: string): string {
  return form.get(name) ?? "";
}
