import { getOperationAST, Kind, type OperationDefinitionNode, parse } from "graphql";
import { z } from "zod";

// Words and punctuation; GitHub has no stated limit, its own clients stay below 3,000.
export const mostTokens = 10_000;

/** What a request asks for, as far as counts and limits care. */
export interface AskedOperation {
  /** `POST /graphql Operation`. */
  readonly name: string;
  readonly isMutation: boolean;
  /** Names under which its creating fields appear in the answer. */
  readonly creations: readonly string[];
}

/** Mutations that make what GitHub's content limit counts. */
const creating = new Set(["addBlockedBy", "addComment", "addSubIssue", "createIssue", "createPullRequest"]);

const body = z.object({ query: z.string(), operationName: z.string().nullish() });

/** The operation a body asks for, without looking whether it fits the schema; undefined when it is none. */
export function readOperation(text: string): AskedOperation | undefined {
  try {
    const { query, operationName } = body.parse(JSON.parse(text));
    const operation = getOperationAST(parse(query, { maxTokens: mostTokens }), operationName ?? undefined);
    return operation == null ? undefined : askedOperation(operation);
  } catch {
    return undefined;
  }
}

/** What the operation asks for. */
export function askedOperation(operation: OperationDefinitionNode): AskedOperation {
  return {
    name: `POST /graphql ${operation.name?.value ?? operation.operation}`,
    isMutation: operation.operation === "mutation",
    creations: creatingFields(operation),
  };
}

function creatingFields({ operation, selectionSet }: OperationDefinitionNode): string[] {
  if (operation !== "mutation") return [];
  return selectionSet.selections.flatMap((field) =>
    field.kind === Kind.FIELD && creating.has(field.name.value) ? [(field.alias ?? field.name).value] : [],
  );
}
