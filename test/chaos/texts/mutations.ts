import { expect } from "vitest";
import type { Facts, Task } from "../chaos.ts";
import { mutate } from "./mutate.ts";
import { parsers } from "./parsers.ts";
import { collectSamples } from "./samples.ts";

/** Milliseconds of the processor a text may cost. */
const bound = 100;

/** Reads so many broken texts of these kinds: each is taken or refused with its place named, and costs little. */
export async function readMutations({ count, random }: Task, kinds: readonly string[]): Promise<Facts> {
  const samples = await collectSamples(random.below(2 ** 31));
  const facts = { mutations: 0, refused: 0, "milliseconds the slowest took": 0 };
  for (const kind of kinds) {
    for (const text of samples.get(kind) ?? []) expect(parsers[kind]?.read(text), `${kind} as it is`).toBeUndefined();
  }
  for (let round = 0; round < count; round += 1) {
    const kind = random.pick(kinds);
    const text = mutate(random.pick(samples.get(kind) ?? []), random);
    const { said, milliseconds } = read(kind, text);
    if (milliseconds > bound) throw new Error(`${kind}: ${milliseconds} ms for ${JSON.stringify(text)}`);
    if (said !== undefined && !parsers[kind]?.names.test(said)) {
      throw new Error(`${kind}: ${JSON.stringify(said)} names no place; the text was ${JSON.stringify(text)}`);
    }
    facts.mutations += 1;
    facts.refused += said === undefined ? 0 : 1;
    facts["milliseconds the slowest took"] = Math.max(facts["milliseconds the slowest took"], milliseconds);
  }
  expect(facts.refused).toBeGreaterThan(count / 10);
  return { kinds: kinds.length, ...facts };
}

/** The first of some tries that keeps to the bound: a machine has other things to do. */
function read(kind: string, text: string): { said: string | undefined; milliseconds: number } {
  for (let tries = 1; ; tries += 1) {
    const before = process.cpuUsage();
    const said = attempt(kind, text);
    const { user, system } = process.cpuUsage(before);
    const milliseconds = Math.round((user + system) / 1_000);
    if (milliseconds <= bound || tries === 5) return { said, milliseconds };
  }
}

function attempt(kind: string, text: string): string | undefined {
  try {
    return parsers[kind]?.read(text);
  } catch (cause) {
    throw new Error(`${kind}: ${cause} for ${JSON.stringify(text)}`, { cause });
  }
}
