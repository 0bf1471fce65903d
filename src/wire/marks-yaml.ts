import { z } from "zod";
import { CoppiceError } from "../core/errors.ts";
import type { Usage } from "../core/plan/plan.ts";
import { readYaml } from "./bounded-yaml.ts";
import { formatYaml } from "./format-yaml.ts";
import { usage } from "./frames/values.ts";
import { newerVersion } from "./newer-version.ts";

const marks = z.strictObject({
  version: z.literal(1),
  birth: z.string().max(40),
  since: z.string().max(40),
  applied: z.array(z.strictObject({ id: z.number().int().positive(), at: z.string().max(40) })).max(2_000),
  intents: z
    .array(
      z.strictObject({
        comment: z.number().int().positive(),
        hub: z.string().max(200),
        nonce: z.string().max(200),
        at: z.string().max(40),
      }),
    )
    .max(200)
    .optional(),
  spent: z
    .array(z.strictObject({ issue: z.number().int().positive(), usage }))
    .max(200)
    .optional(),
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
  /** Comments a model is being asked about: nobody else asks about them meanwhile. */
  readonly intents?: readonly Intent[];
  /** What asking a model cost on issues that have no plan to count it yet. */
  readonly spent?: readonly { readonly issue: number; readonly usage: Usage }[];
}

/** One hub's word that it is answering a comment with a model. */
export interface Intent {
  readonly comment: number;
  readonly hub: string;
  /** Another one at each renewal: seen unchanged for long, its hub is gone. */
  readonly nonce: string;
  /** When the comment was last updated: what is long past is forgotten. */
  readonly at: string;
}

/** At most this many intents are kept, the newest. */
export const maxIntents = 200;

/** Issues whose costs are kept, those that cost something last. */
export const maxSpent = 200;

/** At most this many applied ids are kept; the sweep moves the mark long before. */
export const maxApplied = 2_000;

export function formatMarks(value: Marks): string {
  return formatYaml(value);
}

/** Throws CoppiceError ledger-invalid naming `path`, the line and what is wrong; ledger-newer where a newer Coppice wrote it. */
export function parseMarks(text: string, path = "marks.yaml"): Marks {
  const source = { path, code: "ledger-invalid" } as const;
  const newer = newerVersion(readYaml(text, { ...source, schema: z.unknown() }), 1);
  if (newer !== undefined) throw new CoppiceError("ledger-newer", `${path}: ${newer}`);
  return readYaml(text, { ...source, schema: marks });
}
