import {
  type DocumentNode,
  execute,
  GraphQLError,
  getOperationAST,
  type OperationDefinitionNode,
  parse,
  specifiedRules,
  validate,
} from "graphql";
import type { Actor } from "../access/actor.ts";
import type { Site } from "../site.ts";
import type { Context } from "./context.ts";
import { presentError, refused } from "./errors.ts";
import { checkLimits } from "./limits.ts";
import { mostTokens } from "./operation.ts";
import { forgeSchema } from "./schema.ts";

/** A GraphQL request's body. */
export interface GraphqlRequest {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly operationName: string | undefined;
}

export interface GraphqlAnswer {
  readonly data?: unknown;
  readonly errors?: readonly Record<string, unknown>[];
}

const schema = forgeSchema();

/** Parses, checks and runs one request; `started` hears which operation it is before it runs. */
export async function answer(
  { site, actor }: { site: Site; actor: Actor },
  request: GraphqlRequest,
  started: (operation: OperationDefinitionNode) => void,
): Promise<GraphqlAnswer> {
  const present = (error: GraphQLError) => presentError(error, site.log);
  try {
    const { document, operation } = read(request);
    started(operation);
    const contextValue: Context = { site, actor, objects: new Map(), mutations: { begun: 0 } };
    const { query: _, variables: variableValues, operationName } = request;
    const result = await execute({ schema, document, contextValue, variableValues, operationName });
    const { data, errors } = result;
    return errors === undefined ? { data } : { data: data ?? null, errors: errors.map(present) };
  } catch (error) {
    if (error instanceof Refusals) return { errors: error.list.map(present) };
    // Brackets by the thousand exhaust the parser's stack before its depth can be told.
    if (error instanceof RangeError)
      return { errors: [present(refused("ARGUMENT_LIMIT", "Query is nested too deep."))] };
    if (error instanceof GraphQLError) return { errors: [present(error)] };
    throw error;
  }
}

/** Several validation errors at once. */
class Refusals extends Error {
  readonly list: readonly GraphQLError[];

  constructor(list: readonly GraphQLError[]) {
    super("the document does not fit the schema");
    this.list = list;
  }
}

function read({ query, variables, operationName }: GraphqlRequest): {
  document: DocumentNode;
  operation: OperationDefinitionNode;
} {
  const document = parse(query, { maxTokens: mostTokens });
  const errors = validate(schema, document, specifiedRules, { maxErrors: 20 });
  if (errors.length > 0) throw new Refusals(errors);
  const operation = getOperationAST(document, operationName);
  if (operation == null)
    throw refused("UNPROCESSABLE", "An operation name is required when a document has several operations.");
  checkLimits(document, operation, variables);
  return { document, operation };
}
