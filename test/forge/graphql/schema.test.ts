import { readFileSync } from "node:fs";
import {
  buildSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  printType,
  validateSchema,
} from "graphql";
import { describe, expect, it } from "vitest";
import { resolvers, shapedTypes } from "../../../src/forge/graphql/resolvers.ts";
import { forgeSchema } from "../../../src/forge/graphql/schema.ts";
import { expectValidDocument } from "../../support/graphql.ts";

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");
const cut = read("../../../src/forge/schema/github.graphql");
// GitHub's own file declares two fields twice, so it would not pass validation.
const published = buildSchema(read("../../../node_modules/@octokit/graphql-schema/schema.graphql"), {
  assumeValidSDL: true,
});
const own = forgeSchema();

describe("the forge's GraphQL schema", () => {
  it("is valid with its extensions", () => {
    expect(validateSchema(own)).toEqual([]);
  });

  it("is GitHub's own, type for type and argument for argument", () => {
    for (const type of Object.values(buildSchema(cut).getTypeMap())) {
      if (type.name.startsWith("__")) continue;
      const original = published.getType(type.name);
      expect(original?.constructor).toBe(type.constructor);
      if (isEnumType(type) || isInputObjectType(type))
        expect(withoutProse(printType(type))).toBe(withoutProse(printType(original ?? type)));
      if (!isObjectType(type) && !isInterfaceType(type)) continue;
      if (!isObjectType(original) && !isInterfaceType(original)) throw new Error(`${type.name} is no type with fields`);
      for (const field of Object.values(type.getFields())) {
        const upstream = original.getFields()[field.name];
        expect(String(field.type), `${type.name}.${field.name}`).toBe(String(upstream?.type));
        const shape = (list: readonly { name: string; type: unknown }[] = []) =>
          list.map(({ name, type }) => `${name}: ${type}`);
        expect(shape(field.args), `${type.name}.${field.name}`).toEqual(shape(upstream?.args));
      }
    }
  });

  it("extends GitHub's published schema only where that is older than GitHub", () => {
    const extra = buildSchema(`${cut}\n${read("../../../src/forge/schema/extra.graphql")}`);
    const more = Object.keys(extra.getTypeMap()).filter((name) => published.getType(name) === undefined);
    expect(
      more.every((name) => /BlockedBy|IssueDependenciesSummary|PinIssueComment|UnpinIssueComment/.test(name)),
    ).toBe(true);
  });

  it("tells documents that fit it from those that do not", () => {
    expectValidDocument(
      'query($n: Int!) { repository(owner: "a", name: "b") { issue(number: $n) { blockedBy(first: 5) { totalCount } } } }',
    );
    expect(() => expectValidDocument("{ viewer { loginn } }")).toThrow('Cannot query field "loginn"');
  });

  it("has a resolver for every field, and no resolver for a field it does not have", () => {
    for (const type of Object.values(own.getTypeMap())) {
      if (!isObjectType(type) || type.name.startsWith("__") || shapedTypes.test(type.name)) continue;
      expect(Object.keys(resolvers[type.name] ?? {}).sort(), type.name).toEqual(Object.keys(type.getFields()).sort());
    }
  });
});

function withoutProse(text: string): string {
  return text
    .replace(/"""[\s\S]*?"""\n/g, "")
    .replace(/ @deprecated\([^)]*\)/g, "")
    .replace(/^\s*\n/gm, "")
    .replace(/[ \t]+/g, " ");
}
