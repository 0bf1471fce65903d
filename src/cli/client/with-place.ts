import { CoppiceError } from "../../core/errors.ts";
import { exitCodes } from "../failure.ts";
import { Interrupted } from "../screen/lines.ts";
import { interruption } from "../signals.ts";
import { openPlace, type Place } from "./open-place.ts";
import type { PlaceFlags } from "./options.ts";

/** Opens the place the flags mean and acts there; an interruption ends every wait and is answered with 130. */
export async function withPlace(flags: PlaceFlags, act: (place: Place) => Promise<number>): Promise<number> {
  const signal = interruption();
  let place: Place | undefined;
  try {
    place = await openPlace(flags, signal, process.env);
    return await act(place);
  } catch (error) {
    if (signal.aborted || error instanceof Interrupted) return exitCodes.interrupted;
    throw nameWhatIsAway(place ?? { title: "the forge" }, error);
  }
}

/** What the adapters' messages begin with: a route's template, what was being done, or which part was asked. */
const asked = /^(?:[A-Z]+ \/[^:]*|the hub at \S+ cannot be reached|[a-z ]+): /;

/** Somebody who reads it knows the place, not the routes of its API, nor which part of it was asked, nor where these are documented. */
export function nameWhatIsAway({ title }: Pick<Place, "title">, error: unknown): unknown {
  if (!(error instanceof CoppiceError) || !error.code.startsWith("forge-") || !asked.test(error.message)) return error;
  const why = error.message.replace(asked, "").replace(/ - https?:\/\/[^\s;]+/, "");
  const away = error.code === "forge-unavailable" ? " cannot be reached" : "";
  return new CoppiceError(error.code, `${title}${away}: ${why}`, { cause: error });
}

/** One line of JSON on standard output. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
