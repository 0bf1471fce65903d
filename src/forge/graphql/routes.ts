import { Kind, type OperationDefinitionNode } from "graphql";
import { z } from "zod";
import { type Call, parseBody } from "../http/call.ts";
import { requiresAuthentication } from "../http/errors.ts";
import { ok, type Reply } from "../http/reply.ts";
import { type Route, route } from "../http/route.ts";
import { answer } from "./execute.ts";

/** The GraphQL endpoint. */
export const graphqlRoutes: readonly Route[] = [route("POST /graphql", respond, { countsItself: true })];

const body = z.object({
  query: z.string("A query attribute must be specified and must be a string."),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
});

/** Mutations that make what GitHub's content limit counts. */
const creating = new Set(["addBlockedBy", "addComment", "addSubIssue", "createIssue", "createPullRequest"]);

async function respond(call: Call): Promise<Reply> {
  if (call.actor.kind !== "user" && call.actor.kind !== "installation") throw requiresAuthentication();
  const { query, variables, operationName } = await parseBody(call, body);
  let name = "POST /graphql";
  let creations: readonly string[] = [];
  const request = { query, variables: variables ?? {}, operationName: operationName ?? undefined };
  const result = await answer(call, request, (operation) => {
    name = `POST /graphql ${operation.name?.value ?? operation.operation}`;
    creations = creatingFields(operation);
  });
  call.site.counts.request(name);
  // A mutation field that failed is null and made nothing.
  for (const field of creations) if (isMade(result.data, field)) call.site.counts.creation(name);
  return ok(result);
}

/** Names under which the operation's creating fields appear in the answer. */
function creatingFields({ operation, selectionSet }: OperationDefinitionNode): string[] {
  if (operation !== "mutation") return [];
  return selectionSet.selections.flatMap((field) =>
    field.kind === Kind.FIELD && creating.has(field.name.value) ? [(field.alias ?? field.name).value] : [],
  );
}

function isMade(data: unknown, field: string): boolean {
  return typeof data === "object" && data !== null && new Map(Object.entries(data)).get(field) != null;
}
