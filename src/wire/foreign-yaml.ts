import { z } from "zod";
import type { ForeignCommit } from "../core/plan/plan.ts";
import { readYaml } from "./bounded-yaml.ts";
import { formatYaml } from "./format-yaml.ts";
import { oid } from "./frames/values.ts";

/** Names in commits have no limit of their own. */
const maxAuthor = 1_000;

const foreign = z.strictObject({
  version: z.literal(1),
  commit: oid,
  author: z.string().max(maxAuthor),
  at: z.string().max(40),
  amended: z.number().int().positive().optional(),
});

/** A commit that is not ours as the text of `foreign.yaml`; an author's name of more than 1,000 characters is cut. */
export function formatForeign({ commit, author, at, amended }: ForeignCommit): string {
  const rest = amended === undefined ? {} : { amended };
  return formatYaml({ version: 1, commit, author: author.slice(0, maxAuthor), at, ...rest });
}

/** Throws CoppiceError ledger-invalid naming `path`, the line and what is wrong. */
export function parseForeign(text: string, path = "foreign.yaml"): ForeignCommit {
  const { version, ...value } = readYaml(text, { schema: foreign, path, code: "ledger-invalid" });
  return value;
}
