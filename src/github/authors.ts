import { z } from "zod";

/** An author as GraphQL gives it; null for an account that was deleted. */
export const author = z.object({ __typename: z.string(), login: z.string() }).nullable();
export type Author = z.infer<typeof author>;

/** True for the app itself. GraphQL names a bot without the `[bot]` that REST appends. */
export function isBot(who: Author, botLogin: string): boolean {
  return who?.__typename === "Bot" && (who.login === botLogin || `${who.login}[bot]` === botLogin);
}

/** The login as REST writes it. */
export function loginOf(who: Author): string {
  if (who === null) return "ghost";
  return who.__typename === "Bot" && !who.login.endsWith("[bot]") ? `${who.login}[bot]` : who.login;
}
