/** Shortest JSON text worth a name of its own; below that the reference costs as much as the copy. */
const SHORTEST = 120;

/**
 * Gives every sub-schema that occurs more than once a place in `schemas` and refers to it from there: GitHub's webhook
 * bodies spell out the same repository and user again and again, and so the slice becomes a fraction of the size.
 */
export function shareRepeats(slice) {
  const counts = new Map();
  walk(slice, (node) => count(counts, node));
  const names = new Map();
  const shared = {};
  const rewrite = (node) => share(node, { counts, names, shared });
  const paths = mapValues(slice.paths, (methods) =>
    mapValues(methods, (answers) => mapValues(answers, (s) => s && rewrite(s))),
  );
  const webhooks = mapValues(slice.webhooks, rewrite);
  const schemas = mapValues(slice.schemas, (schema) => mapChildren(schema, rewrite));
  return { ...slice, paths, webhooks, schemas: { ...schemas, ...shared } };
}

function share(node, context) {
  const text = JSON.stringify(node);
  if (text.length < SHORTEST || (context.counts.get(text) ?? 0) < 2 || !isSchema(node))
    return mapChildren(node, (child) => share(child, context));
  let name = context.names.get(text);
  if (name === undefined) {
    name = `shared-${context.names.size + 1}`;
    context.names.set(text, name);
    context.shared[name] = mapChildren(node, (child) => share(child, context));
  }
  return { $ref: `#/schemas/${name}` };
}

function count(counts, node) {
  const text = JSON.stringify(node);
  if (text.length >= SHORTEST) counts.set(text, (counts.get(text) ?? 0) + 1);
}

function isSchema(node) {
  return (
    typeof node.type === "string" ||
    Array.isArray(node.type) ||
    node.anyOf !== undefined ||
    node.oneOf !== undefined ||
    node.allOf !== undefined
  );
}

function walk(node, visit) {
  if (node === null || typeof node !== "object") return;
  if (!Array.isArray(node)) visit(node);
  for (const child of Object.values(node)) walk(child, visit);
}

/** Applies `change` to the schemas directly below a schema. */
function mapChildren(schema, change) {
  const result = { ...schema };
  if (schema.properties) result.properties = mapValues(schema.properties, change);
  for (const list of ["allOf", "anyOf", "oneOf"]) if (schema[list]) result[list] = schema[list].map(change);
  for (const single of ["items", "not", "additionalProperties"]) {
    if (schema[single] !== null && typeof schema[single] === "object") result[single] = change(schema[single]);
  }
  return result;
}

function mapValues(object, change) {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
}
