import { readFileSync } from "node:fs";
import { buildSchema, parse, validate } from "graphql";

/** Throws, naming each mistake, unless the document fits the slice of GitHub's GraphQL schema. */
export function expectValidDocument(document: string): void {
  const errors = validate(schema, parse(document));
  if (errors.length > 0) throw new Error(`the document does not fit GitHub's schema:\n${errors.join("\n")}`);
}

const schema = buildSchema(["github", "extra"].map(sdl).join("\n"));

function sdl(name: string): string {
  return readFileSync(new URL(`../../src/forge/schema/${name}.graphql`, import.meta.url), "utf8");
}
