import type { IncomingMessage, ServerResponse } from "node:http";
import type { z } from "zod";
import type { Actor } from "../access/actor.ts";
import type { Site } from "../site.ts";
import { type FieldError, HttpError } from "./errors.ts";

/** One request, parsed as far as every handler needs. */
export interface Call {
  readonly site: Site;
  readonly actor: Actor;
  readonly method: string;
  /** Path and query as received. */
  readonly url: URL;
  /** `POST /repos/{owner}/{repo}/issues`: the route's name in counts. */
  readonly route: string;
  readonly headers: Headers;
  /** A path parameter, decoded. */
  readonly parameter: (name: string) => string;
  readonly query: (name: string) => string | undefined;
  /** The raw body, at most 40 MiB. */
  readonly text: () => Promise<string>;
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
}

/** The JSON body checked against `schema`: 400 when it is no JSON, 422 naming the fields when it does not fit. */
export async function parseBody<Schema extends z.ZodType>(call: Call, schema: Schema): Promise<z.output<Schema>> {
  const text = await call.text();
  const result = schema.safeParse(text === "" ? {} : parseJson(text));
  if (result.success) return result.data;
  const errors = result.error.issues.map(({ path, message }): FieldError => {
    return { resource: "Request", field: path.join(".") || "body", code: "invalid", message };
  });
  const lines = errors.map((error) => `${error.field}: ${error.message}`);
  throw new HttpError(422, `Invalid request.\n\n${lines.join("\n")}`, errors);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new HttpError(400, "Problems parsing JSON");
  }
}
