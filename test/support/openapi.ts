import { readFileSync } from "node:fs";
import type { Octokit } from "@octokit/rest";
import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";

/** An answer of the forge, named by GitHub's route template or by the path that was really asked for. */
export interface Answer {
  method: string;
  route?: string;
  path?: string;
  status: number;
  body: unknown;
}

/** Throws, naming operation, place and expectation, when GitHub would not have answered so. */
export function expectValidAnswer({ method, route, path, status, body }: Answer): void {
  const template = findTemplate(method.toLowerCase(), route ?? path ?? "");
  const name = `${method.toUpperCase()} ${template}`;
  const answers = slice.paths[template]?.[method.toLowerCase()] ?? {};
  const schema = answers[String(status)];
  if (schema === undefined) expectUnlistedError(name, status, body, Object.keys(answers));
  else if (schema === null) expectNoBody(name, status, body);
  else check(`${name} ${status}`, pointer("paths", template, method.toLowerCase(), String(status)), body);
}

/** Throws when GitHub would not deliver `payload` for this event; `action` is null for events that have none. */
export function expectValidWebhook(event: string, action: string | null, payload: unknown): void {
  const name = [event, action]
    .filter((part) => part !== null)
    .join("-")
    .replaceAll("_", "-");
  if (slice.webhooks[name] === undefined)
    throw new Error(`webhook ${name}: not in the slice; add it to scripts/openapi-selection.mjs`);
  check(`webhook ${name}`, pointer("webhooks", name), payload);
}

/** Makes an Octokit refuse every REST answer, errors included, that GitHub's description does not allow. Returns it. */
export function validateOctokit<Client extends Pick<Octokit, "hook">>(octokit: Client): Client {
  octokit.hook.after("request", (response, options) => {
    if (isGraphql(options.url) || !speaksJson(response)) return;
    expectValidAnswer({ method: options.method, path: pathOf(options), status: response.status, body: response.data });
  });
  octokit.hook.error("request", (error, options) => {
    if ("response" in error && error.response !== undefined && !isGraphql(options.url) && error.status !== 304) {
      const { status, data } = error.response;
      expectValidAnswer({ method: options.method, path: pathOf(options), status, body: data });
    }
    throw error;
  });
  return octokit;
}

interface Slice {
  paths: Record<string, Record<string, Record<string, object | null>>>;
  webhooks: Record<string, object>;
}

const slice = JSON.parse(readFileSync(new URL("slices/openapi.json", import.meta.url), "utf8")) as Slice;
const ajv = new Ajv({ strict: false, allErrors: true, verbose: true });
addFormats.default(ajv);
ajv.addSchema({ $id: "github", ...slice });
const compiled = new Map<string, ValidateFunction>();
/** Parameters that may hold slashes. */
const GREEDY = new Set(["path", "ref", "basehead", "branch"]);
const patterns = Object.keys(slice.paths)
  .map((template) => ({ template, pattern: templatePattern(template) }))
  .sort((a, b) => literalLength(b.template) - literalLength(a.template));

function check(name: string, reference: string, value: unknown): void {
  const validate = compiled.get(reference) ?? ajv.compile({ $ref: reference });
  compiled.set(reference, validate);
  if (!validate(value)) throw new Error(describe(name, validate.errors ?? []));
}

/** A status GitHub's description does not list for the operation: never a success, and an error must still look like one. */
function expectUnlistedError(name: string, status: number, body: unknown, listed: string[]): void {
  if (status < 400)
    throw new Error(`${name}: answered ${status}, GitHub answers ${listed.join(", ") || "nothing known"}`);
  check(`${name} ${status}`, "github#/schemas/basic-error", body);
  if (!isRecord(body) || typeof body.message !== "string")
    throw new Error(`${name} ${status}: /message must be a string`);
}

function expectNoBody(name: string, status: number, body: unknown): void {
  const empty = body === undefined || body === null || body === "";
  if (!empty && status !== 302) throw new Error(`${name} ${status}: must have no body, got ${excerpt(body)}`);
}

function findTemplate(method: string, path: string): string {
  const bare = path.replace(/\?.*$/, "");
  if (slice.paths[bare]?.[method] !== undefined) return bare;
  const found = patterns.find(
    ({ template, pattern }) => pattern.test(bare) && slice.paths[template]?.[method] !== undefined,
  );
  if (found === undefined)
    throw new Error(`${method.toUpperCase()} ${path}: not in the slice; add it to scripts/openapi-selection.mjs`);
  return found.template;
}

function templatePattern(template: string): RegExp {
  const source = template.replace(/\{(\w+)\}/g, (_, name: string) => (GREEDY.has(name) ? ".+" : "[^/]+"));
  return new RegExp(`^${source}$`);
}

function literalLength(template: string): number {
  return template.replace(/\{\w+\}/g, "").length;
}

/** Octokit leaves the template in `url`; where it was given a whole address (paging), the path is what follows the base. */
function pathOf({ url, baseUrl }: { url: string; baseUrl: string }): string {
  if (url.startsWith(baseUrl)) return url.slice(baseUrl.length);
  return url.startsWith("http") ? new URL(url).pathname.replace(/^\/api\/v3/, "") : url;
}

function isGraphql(url: string): boolean {
  return url.endsWith("/graphql");
}

/** Raw files and diffs are asked for by media type and are not what the description describes. */
function speaksJson({ headers, status }: { headers: Record<string, unknown>; status: number }): boolean {
  return status === 204 || status === 205 || /json/.test(String(headers["content-type"] ?? ""));
}

function describe(name: string, errors: ErrorObject[]): string {
  const lines = errors
    .filter(({ keyword }) => !["anyOf", "oneOf", "allOf", "if"].includes(keyword) || errors.length === 1)
    .slice(0, 12)
    .map(
      (error) =>
        `  ${error.instancePath || "/"} ${error.message ?? error.keyword}${allowed(error)}, got ${excerpt(error.data)}`,
    );
  return [`${name}: not what GitHub answers`, ...lines].join("\n");
}

function allowed({ keyword, params }: ErrorObject): string {
  return keyword === "enum" ? ` (${JSON.stringify(params.allowedValues)})` : "";
}

function excerpt(value: unknown): string {
  const text = JSON.stringify(value) ?? "undefined";
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}

function pointer(...keys: string[]): string {
  const steps = keys.map((key) => encodeURIComponent(key.replaceAll("~", "~0").replaceAll("/", "~1")));
  return `github#/${steps.join("/")}`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
