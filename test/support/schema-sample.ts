/** A JSON schema as the slice spells it. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  minItems?: number;
  minLength?: number;
  minimum?: number;
  format?: string;
  pattern?: string;
  allOf?: Schema[];
  anyOf?: Schema[];
}

const FORMATTED: Record<string, string> = {
  "date-time": "2026-01-02T03:04:05Z",
  date: "2026-01-02",
  email: "someone@example.com",
  uri: "https://example.com/x",
  uuid: "123e4567-e89b-42d3-a456-426614174000",
  ipv4: "192.0.2.1",
  ipv6: "2001:db8::1",
};

/** The smallest value a schema allows (for `anyOf` of its first member), so that a test needs no body by hand for each operation. */
export function sample(schema: Schema, schemas: Record<string, Schema>): unknown {
  if (schema.$ref !== undefined) return sample(schemas[schema.$ref.replace("#/schemas/", "")] ?? {}, schemas);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  const choice = schema.anyOf?.[0];
  const parts = [...(schema.allOf ?? []), ...(choice === undefined ? [] : [choice])].map((part) =>
    sample(part, schemas),
  );
  if (schema.properties === undefined && parts.length > 0) return parts.reduce(merge);
  const type = [schema.type ?? (schema.properties ? "object" : "null")].flat()[0];
  if (type === "object") return [...parts, sampleObject(schema, schemas)].reduce(merge);
  return samplePlain(type, schema, schemas);
}

/** `allOf` may state a property twice; the stricter statement comes from whichever part knows a format. */
function merge(left: unknown, right: unknown): unknown {
  if (!isRecord(left) || !isRecord(right)) return typeof right === "string" && right === "x" ? left : right;
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  const pick = (name: string) =>
    name in left && name in right ? merge(left[name], right[name]) : (right[name] ?? left[name]);
  return Object.fromEntries([...names].map((name) => [name, pick(name)]));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function sampleObject({ properties = {}, required = [] }: Schema, schemas: Record<string, Schema>): object {
  return Object.fromEntries(required.map((name) => [name, sample(properties[name] ?? {}, schemas)]));
}

function samplePlain(type: string | undefined, schema: Schema, schemas: Record<string, Schema>): unknown {
  if (type === "array")
    return Array.from({ length: Math.max(schema.minItems ?? 1, 1) }, () => sample(schema.items ?? {}, schemas));
  if (type === "string")
    return FORMATTED[schema.format ?? ""] ?? (schema.pattern ? "a".repeat(40) : "x".repeat(schema.minLength ?? 1));
  if (type === "integer" || type === "number") return schema.minimum ?? 1;
  return type === "boolean" ? false : null;
}
