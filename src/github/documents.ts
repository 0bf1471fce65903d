import { readFileSync } from "node:fs";
import type { DefinitionNode, DocumentNode, FieldNode, OperationDefinitionNode } from "graphql";
// Not all of graphql: a short command would wait for its execution and validation to load.
import { Kind, parse, print, visit } from "graphql/language/index.js";

const names = [
  "sub-issues",
  "pulls-of-branch",
  "pull",
  "create-issue",
  "add-blocked-by",
  "remove-blocked-by",
  "commanded-issue",
  "commanded-comment",
  "add-labels",
  "remove-labels",
  "create-label",
  "commit-on-branch",
  "add-comment",
  "update-comment",
  "add-reaction",
  "close-issue",
  "open-pull",
  "merge-pull",
  "thread",
  "labels",
] as const;
export type DocumentName = (typeof names)[number];
export const documentNames: readonly DocumentName[] = names;

/** One document with its variables: several of them travel in one request. */
export interface Part {
  readonly document: DocumentName;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** What is sent: one operation whose fields are called `p0`, `p1` … in the order of the parts. */
export interface Operation {
  readonly kind: "query" | "mutation";
  /** How the request is counted: of a query its first part's name, of mutations the names of all, joined by And. */
  readonly name: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Puts documents of one kind into one operation: each field under its own alias, each variable under its own name. */
export function compose(parts: readonly Part[]): Operation {
  const operations = parts.map(({ document }, index) => renamed(operationOf(document), index));
  const [first] = operations;
  if (first === undefined) throw new RangeError("an operation needs at least one document");
  const merged: OperationDefinitionNode = {
    ...first,
    variableDefinitions: operations.flatMap((operation) => operation.variableDefinitions ?? []),
    selectionSet: {
      kind: Kind.SELECTION_SET,
      selections: operations.flatMap((operation) => operation.selectionSet.selections),
    },
  };
  const kind = first.operation === "mutation" ? "mutation" : "query";
  const name = kind === "query" ? nameOf(first) : [...new Set(operations.map(nameOf))].sort().join("And");
  const named: OperationDefinitionNode = { ...merged, name: { kind: Kind.NAME, value: name } };
  const definitions: DefinitionNode[] = [named, ...fragmentsFor(parts)];
  return {
    kind,
    name,
    query: print({ kind: Kind.DOCUMENT, definitions }),
    variables: Object.fromEntries(
      parts.flatMap(({ variables }, index) =>
        Object.entries(variables).map(([name, value]) => [`${name}${index}`, value]),
      ),
    ),
  };
}

function nameOf({ name }: OperationDefinitionNode): string {
  return name?.value ?? "Anonymous";
}

/** The key of a part's field in the answer. */
export function partKey(index: number): string {
  return `p${index}`;
}

function renamed(operation: OperationDefinitionNode, index: number): OperationDefinitionNode {
  const aliased = {
    ...operation,
    selectionSet: {
      ...operation.selectionSet,
      selections: operation.selectionSet.selections.map((selection) =>
        selection.kind === Kind.FIELD ? alias(selection, partKey(index)) : selection,
      ),
    },
  };
  return visit(aliased, {
    Variable: (node) => ({ ...node, name: { ...node.name, value: `${node.name.value}${index}` } }),
  });
}

function alias(field: FieldNode, name: string): FieldNode {
  return { ...field, alias: { kind: Kind.NAME, value: name } };
}

function operationOf(name: DocumentName): OperationDefinitionNode {
  const found = load(name).definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  if (found === undefined) throw new Error(`${name}.graphql has no operation`);
  return found;
}

function fragmentsFor(parts: readonly Part[]): readonly DefinitionNode[] {
  return fragments
    .filter(({ users }) => parts.some(({ document }) => users.includes(document)))
    .flatMap(({ name }) => load(name).definitions);
}

type FragmentName = "pull-fields" | "comment-fields" | "issue-fields";

/** Who needs which fragment. */
const fragments: readonly { readonly name: FragmentName; readonly users: readonly DocumentName[] }[] = [
  { name: "pull-fields", users: ["pull", "pulls-of-branch", "open-pull"] },
  { name: "comment-fields", users: ["thread", "add-comment"] },
  { name: "issue-fields", users: ["thread", "commanded-issue"] },
];

const loaded = new Map<string, DocumentNode>();

function load(name: DocumentName | FragmentName): DocumentNode {
  const known = loaded.get(name);
  if (known !== undefined) return known;
  const text = readFileSync(new URL(`./documents/${name}.graphql`, import.meta.url), "utf8");
  const document = parse(text, { noLocation: true });
  loaded.set(name, document);
  return document;
}
