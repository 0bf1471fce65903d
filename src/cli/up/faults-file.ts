import { readFile } from "node:fs/promises";
import { CoppiceError } from "../../core/errors.ts";
import { type Faultiness, type FaultsSeen, faultPlanSchema, readFaultPlan } from "../../forge/index.ts";
import { readYaml } from "../../wire/bounded-yaml.ts";

/** How the forge is to misbehave, from a file in YAML or JSON. Throws CoppiceError bad-input with one line. */
export async function readFaultsFile(path: string): Promise<Faultiness> {
  const text = await readFile(path, "utf8").catch((cause) => {
    const why = cause instanceof Error && "code" in cause ? cause.code : String(cause);
    throw new CoppiceError("bad-input", `--faults ${path}: the file cannot be read (${why})`, { cause });
  });
  const plan = readYaml(text, { schema: faultPlanSchema, path, code: "bad-input" });
  try {
    return readFaultPlan(plan);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new CoppiceError("bad-input", `${path}: ${message}`, { cause });
  }
}

/** What people are told while it is on. */
export function faultsNotice(path: string, { seed, requests, deliveries, limits }: Faultiness): string {
  const rules = requests.length + deliveries.length;
  const kept = limits === undefined ? "" : ", and GitHub's limits are kept";
  return `The forge misbehaves on purpose: ${path}, ${rules} ${rules === 1 ? "rule" : "rules"}, seed ${seed}${kept}.`;
}

/** What came of it, at the end. */
export function faultsReport(seen: FaultsSeen): string {
  const met = Object.entries(seen).filter(([, count]) => count > 0);
  return `Faults met: ${met.map(([kind, count]) => `${kind} ${count}`).join(", ") || "none"}.`;
}
