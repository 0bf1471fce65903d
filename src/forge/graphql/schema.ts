import { readFileSync } from "node:fs";
import { buildSchema, type GraphQLField, type GraphQLSchema, isObjectType } from "graphql";
import { beginMutation, type Context, type Resolvers } from "./context.ts";
import { refused } from "./errors.ts";
import { resolvers, shapedTypes } from "./resolvers.ts";

/** GitHub's schema as far as the forge answers it, with a resolver on every field. */
export function forgeSchema(): GraphQLSchema {
  const schema = buildSchema(`${sdl("github")}\n${sdl("extra")}`);
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith("__")) continue;
    for (const field of Object.values(type.getFields())) attach(type.name, field, resolvers[type.name] ?? {});
  }
  return schema;
}

function sdl(name: string): string {
  return readFileSync(new URL(`../schema/${name}.graphql`, import.meta.url), "utf8");
}

function attach(type: string, field: GraphQLField<unknown, Context>, table: Resolvers<never>): void {
  const resolver = table[field.name];
  if (resolver !== undefined) {
    // The source is what the parent's resolver made for this type, the arguments fit the schema.
    field.resolve = (source, args, context) => {
      if (type === "Mutation") beginMutation(context);
      return resolver(source as never, args as never, context);
    };
  } else if (!shapedTypes.test(type)) {
    field.resolve = () => {
      throw refused("UNPROCESSABLE", `The embedded forge has no resolver for ${type}.${field.name}`);
    };
  }
}
