import type { Actor } from "../access/actor.ts";
import { identity } from "../access/identity.ts";
import { documentationUrl } from "../http/errors.ts";
import { json, type Reply } from "../http/reply.ts";
import type { Refusal, Resource } from "./closed-windows.ts";

/** How GitHub refuses for a limit; what REST answers with 403 or 429, GraphQL answers with 200 and an error. */
export function limitedAnswer(refusal: Refusal, to: { actor: Actor; resource: Resource; now: number }): Reply {
  const { how, status, until } = refusal;
  if (how === "primary") return primaryAnswer(refusal, to);
  const wait = Math.max(1, Math.ceil((until - to.now) / 1_000));
  return json(status, errorBody(secondaryWords, status), how === "retry-after" ? { "retry-after": String(wait) } : {});
}

const secondaryWords = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";

function primaryAnswer({ status, until }: Refusal, { actor, resource }: { actor: Actor; resource: Resource }): Reply {
  const message = `API rate limit exceeded for ${identity(actor).replace(/ (?=\d+$)/, " ID ")}.`;
  const headers = {
    "x-ratelimit-remaining": "0",
    "x-ratelimit-reset": String(Math.ceil(until / 1_000)),
    "x-ratelimit-resource": resource,
  };
  if (resource === "graphql") return json(200, { errors: [{ type: "RATE_LIMITED", message }] }, headers);
  return json(status, errorBody(message, status), headers);
}

function errorBody(message: string, status: number): Record<string, unknown> {
  return { message, documentation_url: documentationUrl, status: String(status) };
}
