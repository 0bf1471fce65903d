import { GraphQLError } from "graphql";
import { HttpError } from "../http/errors.ts";

/** GitHub's `type` of a GraphQL error. */
export type RefusalType =
  | "ARGUMENT_LIMIT"
  | "EXCESSIVE_PAGINATION"
  | "FORBIDDEN"
  | "MAX_NODE_LIMIT_EXCEEDED"
  | "MISSING_PAGINATION_BOUNDARIES"
  | "NOT_FOUND"
  | "RESOURCE_LIMITS_EXCEEDED"
  | "STALE_DATA"
  | "UNPROCESSABLE";

/** An error a client can act on: its `type` and message reach the answer. */
export function refused(type: RefusalType, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { type } });
}

/** One entry of `errors`, in GitHub's shape: `type` beside `path`, and nothing of what was not meant for clients. */
export function presentError(error: GraphQLError, log: (line: string) => void): Record<string, unknown> {
  const { path, locations, originalError } = error;
  const { type, message } = explain(error, originalError ?? undefined);
  if (type === undefined && originalError !== undefined)
    log(`forge: graphql ${path?.join(".")}: ${originalError.stack}`);
  return {
    ...(type === undefined ? {} : { type }),
    ...(path === undefined ? {} : { path }),
    ...(locations === undefined ? {} : { locations }),
    message,
  };
}

const typeOfStatus: Readonly<Record<number, RefusalType>> = {
  401: "FORBIDDEN",
  403: "FORBIDDEN",
  404: "NOT_FOUND",
  405: "UNPROCESSABLE",
  409: "UNPROCESSABLE",
  422: "UNPROCESSABLE",
};

function explain(error: GraphQLError, original: Error | undefined): { type?: unknown; message: string } {
  if (original === undefined || original instanceof GraphQLError)
    return { type: error.extensions.type, message: error.message };
  if (original instanceof HttpError) return { type: typeOfStatus[original.status], message: sentence(original) };
  return { message: "Something went wrong while executing your query." };
}

/** REST says `Validation Failed` and lists why; GraphQL has one message. */
function sentence({ message, errors }: HttpError): string {
  const reasons = (errors ?? []).map((entry) =>
    typeof entry === "string" ? entry : (entry.message ?? `${entry.field} is ${entry.code.replaceAll("_", " ")}`),
  );
  return reasons.length === 0 ? message : reasons.join("; ");
}
