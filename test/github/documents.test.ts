import { readdirSync, readFileSync } from "node:fs";
import { buildSchema, parse, validate } from "graphql";
import { describe, expect, test } from "vitest";
import type { DocumentName, Part } from "../../src/github/documents.ts";
import { compose, documentNames } from "../../src/github/documents.ts";

const schemaFolder = new URL("../../src/forge/schema/", import.meta.url);
const sdl = readdirSync(schemaFolder)
  .filter((file) => file.endsWith(".graphql"))
  .map((file) => readFileSync(new URL(file, schemaFolder), "utf8"))
  .join("\n");
const schema = buildSchema(sdl, { assumeValidSDL: true });

describe("each document of ours is valid against GitHub's schema", () => {
  test.each(documentNames)("%s, alone and ten in one request", (document) => {
    for (const count of [1, 10]) {
      const parts = Array.from({ length: count }, () => ({ document, variables: {} }));
      expect(validate(schema, parse(compose(parts).query)).map(({ message }) => message)).toEqual([]);
    }
  });

  test("a plan with the pull requests of its branches", () => {
    const parts: Part[] = [
      { document: "sub-issues", variables: {} },
      { document: "pulls-of-branch", variables: {} },
      { document: "pulls-of-branch", variables: {} },
    ];
    expect(validate(schema, parse(compose(parts).query))).toEqual([]);
  });

  test("and a field GitHub does not have would be noticed", () => {
    const broken = compose([{ document: "pull", variables: {} }]).query.replace("isDraft", "isSketch");
    expect(validate(schema, parse(broken))).toHaveLength(1);
  });
});

test("text of users travels in variables, never in the document", () => {
  const title = 'x") { viewer { login } } #';
  const { query, variables } = compose([{ document: "create-issue", variables: { input: { title } } }]);
  expect(query).not.toContain("viewer");
  expect(variables).toEqual({ input0: { title } });
});

test("parts keep their order, each under its own alias and with its own variables", () => {
  const documents: DocumentName[] = ["add-labels", "remove-labels"];
  const { query, variables, name, kind } = compose(
    documents.map((document, index) => ({ document, variables: { input: index } })),
  );
  expect(query).toMatch(
    /p0: addLabelsToLabelable\(input: \$input0\)[\s\S]*p1: removeLabelsFromLabelable\(input: \$input1\)/,
  );
  expect({ variables, name, kind }).toEqual({
    variables: { input0: 0, input1: 1 },
    name: "AddLabelsAndRemoveLabels",
    kind: "mutation",
  });
});
