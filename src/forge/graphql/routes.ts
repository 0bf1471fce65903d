import { z } from "zod";
import { type Call, parseBody } from "../http/call.ts";
import { requiresAuthentication } from "../http/errors.ts";
import { ok, type Reply } from "../http/reply.ts";
import { type Route, route } from "../http/route.ts";
import { answer } from "./execute.ts";
import { askedOperation, readOperation } from "./operation.ts";

/** The GraphQL endpoint. */
export const graphqlRoutes: readonly Route[] = [
  route("POST /graphql", respond, {
    countsItself: true,
    ask: async (call) => {
      const operation = readOperation(await call.text());
      if (operation === undefined) return undefined;
      const { name, isMutation, creations } = operation;
      return { name, reads: !isMutation, contents: creations.length };
    },
  }),
];

const body = z.object({
  query: z.string("A query attribute must be specified and must be a string."),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
});

async function respond(call: Call): Promise<Reply> {
  if (call.actor.kind !== "user" && call.actor.kind !== "installation") throw requiresAuthentication();
  const { query, variables, operationName } = await parseBody(call, body);
  let name = "POST /graphql";
  let creations: readonly string[] = [];
  const request = { query, variables: variables ?? {}, operationName: operationName ?? undefined };
  const result = await answer(call, request, (operation) => {
    ({ name, creations } = askedOperation(operation));
  });
  call.site.counts.request(name);
  // A mutation field that failed is null and made nothing.
  for (const field of creations) if (isMade(result.data, field)) call.site.counts.creation(name);
  return ok(result);
}

function isMade(data: unknown, field: string): boolean {
  return typeof data === "object" && data !== null && new Map(Object.entries(data)).get(field) != null;
}
