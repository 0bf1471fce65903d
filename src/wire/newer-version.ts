import { z } from "zod";

const versioned = z.looseObject({ version: z.number().int() });

/** Why something of a version above ours is not read, however well it might fit; undefined for every other. */
export function newerVersion(value: unknown, known: number): string | undefined {
  const said = versioned.safeParse(value);
  if (!said.success || said.data.version <= known) return undefined;
  return `version ${said.data.version} is of a newer Coppice than this one, which knows ${known}: run that one here`;
}
