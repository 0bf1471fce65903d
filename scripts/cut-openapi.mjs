// Cuts the slice of GitHub's OpenAPI description that the tests hold the embedded forge against.
// Usage: node scripts/cut-openapi.mjs <api.github.com.json, or the folder @octokit/openapi was unpacked to> [output]
// The package is 385 MB unpacked, so it is no dependency: `npm pack @octokit/openapi@23.0.2`, extract, cut, throw away.
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { OPERATIONS, WEBHOOKS } from "./openapi-selection.mjs";
import { shareRepeats } from "./share-repeats.mjs";

const SOURCE = "@octokit/openapi 23.0.2, api.github.com";
/** Formats ajv-formats knows; GitHub uses others (`repo.nwo`, `timestamp`), which say nothing checkable. */
const FORMATS = new Set(["date", "date-time", "email", "ipv4", "ipv6", "uri", "uuid"]);
/** Keywords that constrain values. Prose, examples, defaults and code-generator hints are left behind. */
const KEYWORDS = new Set(
  "additionalProperties allOf anyOf const enum items maxItems maxLength maximum minItems minLength minimum not oneOf pattern properties required type uniqueItems".split(
    " ",
  ),
);

const [, , source, output = "test/support/slices/openapi.json"] = process.argv;
if (source === undefined) fail("name the description: node scripts/cut-openapi.mjs <file or folder> [output]");
const description = JSON.parse(readFileSync(descriptionFile(source), "utf8"));
const slice = shareRepeats(cut(description));
const text = `${JSON.stringify(slice)}\n`;
writeFileSync(output, text);
process.stdout.write(
  `${output}: ${countOperations(slice)} operations, ${Object.keys(slice.webhooks).length} webhooks, ${text.length} bytes\n`,
);

function descriptionFile(path) {
  return statSync(path).isDirectory() ? join(path, "generated", "api.github.com.json") : path;
}

function cut(document) {
  const schemas = {};
  const take = (schema) => convert(schema, (name) => keepComponent(document, schemas, name, take));
  return {
    source: SOURCE,
    paths: Object.fromEntries(
      Object.entries(OPERATIONS).map(([path, methods]) => [path, cutPath(document, path, methods, take)]),
    ),
    webhooks: Object.fromEntries(webhookNames(document).map((name) => [name, cutWebhook(document, name, take)])),
    schemas,
  };
}

/** Converts a named component once; the placeholder set first ends recursion in schemas that contain themselves. */
function keepComponent(document, schemas, name, take) {
  if (schemas[name] !== undefined) return;
  schemas[name] = {};
  schemas[name] = take(document.components.schemas[name] ?? fail(`components/schemas/${name} is missing`));
}

function cutPath(document, path, methods, take) {
  const item = document.paths[path] ?? fail(`no path ${path} in this description`);
  return Object.fromEntries(
    methods.map((method) => [method, cutResponses(document, item[method] ?? fail(`no ${method} ${path}`), take)]),
  );
}

/** Status to schema; null where GitHub sends no JSON. */
function cutResponses(document, operation, take) {
  const entries = Object.entries(operation.responses).map(([status, response]) => {
    const schema = jsonSchema(resolveReference(document, response).content);
    return [status, schema === undefined ? null : take(schema)];
  });
  return Object.fromEntries(entries);
}

function jsonSchema(content = {}) {
  const type = ["application/json", ...Object.keys(content)].find(
    (name) => /json|vnd\.github\.object/.test(name) && content[name],
  );
  return type === undefined ? undefined : content[type].schema;
}

function cutWebhook(document, name, take) {
  const { requestBody } = document["x-webhooks"][name].post;
  return take(requestBody.content["application/json"].schema);
}

function webhookNames(document) {
  const known = Object.keys(document["x-webhooks"]);
  return WEBHOOKS.flatMap((pattern) => {
    const found = known.filter(
      (name) => name === pattern || (pattern.endsWith("*") && name.startsWith(pattern.slice(0, -1))),
    );
    return found.length > 0 ? found : fail(`no webhook ${pattern} in this description`);
  });
}

function resolveReference(document, value) {
  if (value.$ref === undefined) return value;
  return value.$ref
    .slice(2)
    .split("/")
    .reduce((node, key) => node[key], document);
}

/** OpenAPI 3.0 to JSON schema: only what constrains, and `nullable` spelled as a type. */
function convert(schema, keep) {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split("/").at(-1);
    keep(name);
    return { $ref: `#/schemas/${name}` };
  }
  const kept = {};
  for (const [keyword, value] of Object.entries(schema)) {
    // Members of GitHub's `oneOf` overlap (several allow null), and a strict reading would refuse GitHub's own answers.
    const target = keyword === "oneOf" ? "anyOf" : keyword;
    if (KEYWORDS.has(keyword)) kept[target] = convertKeyword(keyword, value, keep);
    else if (keyword === "format" && FORMATS.has(value)) kept.format = value;
  }
  return schema.nullable === true ? allowNull(kept) : kept;
}

function convertKeyword(keyword, value, keep) {
  if (keyword === "properties") {
    return Object.fromEntries(Object.entries(value).map(([name, property]) => [name, convert(property, keep)]));
  }
  if (["allOf", "anyOf", "oneOf"].includes(keyword)) return value.map((member) => convert(member, keep));
  if (["items", "not", "additionalProperties"].includes(keyword) && typeof value === "object")
    return convert(value, keep);
  return value;
}

function allowNull(schema) {
  if (schema.type === undefined) return { anyOf: [schema, { type: "null" }] };
  const nullable = { ...schema, type: [schema.type, "null"].flat() };
  return schema.enum === undefined ? nullable : { ...nullable, enum: [...new Set([...schema.enum, null])] };
}

function countOperations({ paths }) {
  return Object.values(paths).reduce((sum, methods) => sum + Object.keys(methods).length, 0);
}

function fail(message) {
  process.stderr.write(`cut-openapi: ${message}\n`);
  process.exit(1);
}
