import { z } from "zod";
import { readYaml } from "./bounded-yaml.ts";
import { formatYaml } from "./format-yaml.ts";

const marks = z.strictObject({
  version: z.literal(1),
  birth: z.string().max(40),
  since: z.string().max(40),
  applied: z.array(z.strictObject({ id: z.number().int().positive(), at: z.string().max(40) })).max(2_000),
});

/** How far a repository's comments have been dealt with; all times are GitHub's own, ISO 8601. */
export interface Marks {
  readonly version: 1;
  /** Comments created until then were there before us and are none of our business. */
  readonly birth: string;
  /** Every comment updated until then has been dealt with. */
  readonly since: string;
  /** Comments dealt with whose update may still be listed again: their ids and when they were last updated. */
  readonly applied: readonly { readonly id: number; readonly at: string }[];
}

/** At most this many applied ids are kept; the sweep moves the mark long before. */
export const maxApplied = 2_000;

export function formatMarks(value: Marks): string {
  return formatYaml(value);
}

/** Throws CoppiceError ledger-invalid naming `path`, the line and what is wrong. */
export function parseMarks(text: string, path = "marks.yaml"): Marks {
  return readYaml(text, { schema: marks, path, code: "ledger-invalid" });
}
