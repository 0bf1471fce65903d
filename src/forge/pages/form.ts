import type { Call } from "../http/call.ts";
import { HttpError } from "../http/errors.ts";

/** A posted form's fields. */
export async function readForm(call: Call): Promise<URLSearchParams> {
  const type = call.headers.get("content-type") ?? "";
  if (!type.startsWith("application/x-www-form-urlencoded")) throw new HttpError(415, "This address takes forms.");
  return new URLSearchParams(await call.text());
}

/** A text field as it was typed: browsers send lines with carriage returns. */
export function textOf(form: URLSearchParams, name: string): string {
  return (form.get(name) ?? "").replaceAll("\r\n", "\n");
}
