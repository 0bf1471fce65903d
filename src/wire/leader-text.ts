import { z } from "zod";
import type { LeaderWord } from "../core/lease/leader.ts";

const word = z.object({
  version: z.literal(1),
  hub: z.string().max(200),
  nonce: z.string().max(200),
  seconds: z.number().positive(),
});

/** A leader's word as the message of its commit: a line for people (no CI runs on it), an empty line, then JSON. */
export function formatLeader(value: LeaderWord): string {
  return `Who shows how things are: ${value.hub} [skip ci]\n\n${JSON.stringify(value)}\n`;
}

/** Undefined when the message says none that this version knows: its length of time is then what is known of it. */
export function parseLeader(message: string): LeaderWord | undefined {
  const start = message.indexOf("\n\n");
  if (start < 0 || message.length > 4_096) return undefined;
  try {
    return word.safeParse(JSON.parse(message.slice(start))).data;
  } catch {
    return undefined;
  }
}
