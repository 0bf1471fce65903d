import type { Policy } from "./policy.ts";

/** A command as it is written there: `/resume T2`, or `/coppice resume T2`. */
export function commandText(text: string, { commands }: Partial<Pick<Policy, "commands">>): string {
  return commands === "prefixed" ? `/coppice ${text}` : `/${text}`;
}
