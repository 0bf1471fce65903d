import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { expectValidAnswer, expectValidWebhook } from "../../support/openapi.ts";
import { type Schema, sample } from "../../support/schema-sample.ts";

const slice = JSON.parse(readFileSync(new URL("../../support/slices/openapi.json", import.meta.url), "utf8")) as {
  paths: Record<string, Record<string, Record<string, Schema | null>>>;
  webhooks: Record<string, Schema>;
  schemas: Record<string, Schema>;
};
const answers = Object.entries(slice.paths).flatMap(([route, methods]) =>
  Object.entries(methods).flatMap(([method, statuses]) =>
    Object.entries(statuses).map(([status, schema]) => ({ method, route, status: Number(status), schema })),
  ),
);
const successes = answers.filter(({ status }) => status < 300);

describe("the slice of GitHub's OpenAPI description", () => {
  it.each(successes)("accepts a good answer to $method $route ($status)", ({ method, route, status, schema }) => {
    expectValidAnswer({ method, route, status, body: schema && sample(schema, slice.schemas) });
  });

  it.each(successes)("refuses a bad answer to $method $route ($status)", ({ method, route, status }) => {
    expect(() => expectValidAnswer({ method, route, status, body: 17 })).toThrow(route);
  });

  it.each(Object.entries(slice.webhooks))("tells a good %s delivery from a bad one", (name, schema) => {
    const good = sample(schema, slice.schemas);
    expectValidWebhook(name, null, good);
    for (const required of requiredNames(schema)) {
      const { [required]: _, ...bad } = good as Record<string, unknown>;
      expect(() => expectValidWebhook(name, null, bad)).toThrow(required);
    }
  });

  it("names operation, place and expectation", () => {
    const body = [
      { ref: "refs/heads/main", node_id: "x", url: "https://example.com", object: { type: "commit", sha: "abc" } },
    ];
    const answer = { method: "GET", path: "/repos/a/b/git/matching-refs/heads/x/y", status: 200, body };
    const expected = [
      "GET /repos/{owner}/{repo}/git/matching-refs/{ref} 200: not what GitHub answers",
      "  /0/object must have required property 'url'",
      "  /0/object/sha must NOT have fewer than 40 characters",
    ];
    for (const line of expected) expect(() => expectValidAnswer(answer)).toThrow(line);
  });

  it("refuses a success GitHub does not know, a body where none belongs and an error without a message", () => {
    const route = "/repos/{owner}/{repo}/git/refs/{ref}";
    expect(() => expectValidAnswer({ method: "DELETE", route, status: 200, body: {} })).toThrow("GitHub answers 204");
    expect(() => expectValidAnswer({ method: "DELETE", route, status: 204, body: { a: 1 } })).toThrow(
      "must have no body",
    );
    expect(() => expectValidAnswer({ method: "DELETE", route, status: 500, body: {} })).toThrow(
      "/message must be a string",
    );
    expect(() => expectValidAnswer({ method: "GET", path: "/nowhere", status: 200, body: {} })).toThrow(
      "not in the slice",
    );
  });

  it("lets null stand only where GitHub does", () => {
    const body = {
      message: "Validation Failed",
      documentation_url: "https://docs.github.com/rest",
      errors: [{ code: "missing_field", value: null }],
    };
    const route = "/repos/{owner}/{repo}/issues";
    expectValidAnswer({ method: "POST", route, status: 422, body });
    expect(() =>
      expectValidAnswer({ method: "POST", route, status: 422, body: { ...body, errors: [{ code: null }] } }),
    ).toThrow("/errors/0/code");
  });
});

function requiredNames(schema: Schema): string[] {
  if (schema.$ref !== undefined) return requiredNames(slice.schemas[schema.$ref.replace("#/schemas/", "")] ?? {});
  return schema.required ?? [];
}
