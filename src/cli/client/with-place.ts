import { exitCodes } from "../failure.ts";
import { interruption } from "../signals.ts";
import { openPlace, type Place } from "./open-place.ts";
import type { PlaceFlags } from "./options.ts";

/** Opens the place the flags mean and acts there; an interruption ends every wait and is answered with 130. */
export async function withPlace(flags: PlaceFlags, act: (place: Place) => Promise<number>): Promise<number> {
  const signal = interruption();
  try {
    return await act(await openPlace(flags, signal, process.env));
  } catch (error) {
    if (signal.aborted) return exitCodes.interrupted;
    throw error;
  }
}

/** One line of JSON on standard output. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
