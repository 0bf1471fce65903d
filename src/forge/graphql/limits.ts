import {
  type DocumentNode,
  type FieldNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  valueFromASTUntyped,
} from "graphql";
import { refused } from "./errors.ts";

/** Deepest nesting of fields a request may have; GitHub's own web client stays below 20. */
const deepest = 25;
/** GitHub's limit: nodes a request could give, were every page full. */
const mostNodes = 500_000;

type Variables = Readonly<Record<string, unknown>>;

/** Refuses a document that is nested too deep or could give too much; its fragments must be known not to be cyclic. */
export function checkLimits(document: DocumentNode, operation: OperationDefinitionNode, variables: Variables): void {
  const fragments = new Map(
    document.definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [],
    ),
  );
  let nodes = 0;
  const count = (more: number) => {
    nodes += more;
    if (nodes <= mostNodes) return;
    throw refused(
      "MAX_NODE_LIMIT_EXCEEDED",
      `This query requests more than the maximum limit of ${mostNodes} possible nodes.`,
    );
  };
  const walk = (set: SelectionSetNode, depth: number, factor: number): void => {
    if (depth > deepest) throw refused("ARGUMENT_LIMIT", `Query is nested deeper than ${deepest} fields.`);
    for (const selection of set.selections) {
      // Every step counts, so fragments that multiply each other end here and not in memory.
      count(1);
      if (selection.kind !== Kind.FIELD) {
        const inner = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
        if (inner !== undefined) walk(inner.selectionSet, depth, factor);
        continue;
      }
      const size = pageSize(selection, variables);
      count(size === undefined ? 0 : factor * size);
      if (selection.selectionSet) walk(selection.selectionSet, depth + 1, factor * (size ?? 1));
    }
  };
  walk(operation.selectionSet, 1, 1);
}

function pageSize(field: FieldNode, variables: Variables): number | undefined {
  const argument = field.arguments?.find(({ name }) => name.value === "first" || name.value === "last");
  const value = argument === undefined ? undefined : valueFromASTUntyped(argument.value, { ...variables });
  return typeof value === "number" ? Math.min(Math.max(value, 1), 100) : undefined;
}
