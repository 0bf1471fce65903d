import { createHash } from "node:crypto";

/** Numbers from 0 up to 1, the same for the same seed, purpose and place in the order of that purpose. */
export type Draws = (purpose: string) => number;

/**
 * Each purpose (a rule and a route, say) has numbers of its own, so that what happens to one kind of request does
 * not depend on how many of another kind came in between.
 */
export function draws(seed: number): Draws {
  const drawn = new Map<string, number>();
  return (purpose) => {
    const nth = (drawn.get(purpose) ?? 0) + 1;
    drawn.set(purpose, nth);
    const digest = createHash("sha256").update(`${seed}\n${purpose}\n${nth}`).digest();
    return digest.readUInt32BE(0) / 2 ** 32;
  };
}
