import { z } from "zod";
import type { Signature } from "../git/commit-text.ts";

/** Who and when, as clients may give it for a commit; what is left out is the caller, now. */
export const person = z.object({
  name: z.string().min(1),
  email: z.string().min(1),
  date: z.iso.datetime({ offset: true }).optional(),
});
/** The given person, or the one that stands in. */
export function signedBy(given: z.output<typeof person> | undefined, otherwise: Signature): Signature {
  return given === undefined ? otherwise : { ...given, date: given.date ?? otherwise.date };
}
