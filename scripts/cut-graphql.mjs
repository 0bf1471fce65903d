// Cuts the part of GitHub's GraphQL schema the embedded forge answers from the published SDL.
// Usage: node scripts/cut-graphql.mjs [schema.graphql] [output]
import { readFileSync, writeFileSync } from "node:fs";
import { Kind, parse, print, visit } from "graphql";
import { TYPES } from "./graphql-selection.mjs";

const [, , source = "node_modules/@octokit/graphql-schema/schema.graphql", output = "src/forge/schema/github.graphql"] =
  process.argv;
const HEADER =
  "# Cut from @octokit/graphql-schema 15.26.1 by scripts/cut-graphql.mjs. Change the selection, not this file.\n\n";

const BUILT_IN = new Set(["Boolean", "Float", "ID", "Int", "String"]);
const CHOSEN_KINDS = new Set([Kind.OBJECT_TYPE_DEFINITION, Kind.INTERFACE_TYPE_DEFINITION, Kind.UNION_TYPE_DEFINITION]);

const published = definitionsByName(parse(readFileSync(source, "utf8"), { noLocation: true }));
const slice = cut(published);
const text =
  HEADER +
  slice
    .map((definition) => print(definition))
    .join("\n\n")
    .concat("\n");
writeFileSync(output, text);
process.stdout.write(`${output}: ${slice.length} types, ${text.length} bytes\n`);

function cut(types) {
  const kept = new Map();
  const waiting = Object.keys(TYPES);
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (kept.has(name) || BUILT_IN.has(name)) continue;
    const definition = prune(types.get(name) ?? fail(`no type ${name} in ${source}`));
    kept.set(name, definition);
    // Object types must be selected by name; what carries no choice (inputs, enums, scalars) is simply followed.
    waiting.push(...referencedNames(definition).filter((reference) => selectable(types, reference, name)));
  }
  return [...kept.values()].sort((a, b) => a.name.value.localeCompare(b.name.value));
}

function selectable(types, name, from) {
  if (BUILT_IN.has(name)) return false;
  const definition = types.get(name) ?? fail(`no type ${name} in ${source}`);
  if (CHOSEN_KINDS.has(definition.kind) && TYPES[name] === undefined)
    fail(`${from} uses ${name}: select its fields, or leave the field out`);
  return true;
}

/** Keeps the selected fields, interfaces and union members; drops prose, deprecations and GitHub's own directives. */
function prune(definition) {
  const bare = visit(definition, {
    enter: (node) => (node.description ? { ...node, description: undefined } : undefined),
    Directive: () => null,
  });
  if (!CHOSEN_KINDS.has(bare.kind)) return bare;
  if (bare.kind === Kind.UNION_TYPE_DEFINITION) return { ...bare, types: bare.types.filter(isSelected) };
  const fields = selectedFields(bare);
  const interfaces = bare.interfaces.filter(isSelected);
  return { ...bare, fields, interfaces };
}

function selectedFields(definition) {
  const type = definition.name.value;
  const inherited = definition.interfaces.filter(isSelected).flatMap((node) => TYPES[node.name.value].split(" "));
  const wanted = new Set([...TYPES[type].split(" "), ...inherited]);
  for (const name of wanted) {
    if (!definition.fields.some((field) => field.name.value === name))
      fail(`${type}.${name}: no such field upstream; it belongs in extra.graphql`);
  }
  return definition.fields.filter((field) => wanted.has(field.name.value));
}

function isSelected(node) {
  return TYPES[node.name.value] !== undefined;
}

function referencedNames(definition) {
  const names = [];
  visit(definition, { NamedType: (node) => void names.push(node.name.value) });
  return names;
}

function definitionsByName(document) {
  return new Map(document.definitions.filter((node) => node.name !== undefined).map((node) => [node.name.value, node]));
}

function fail(message) {
  process.stderr.write(`cut-graphql: ${message}\n`);
  process.exit(1);
}
