import { InvalidArgumentError, Option } from "commander";
import type { MachineLimits } from "../core/worker/strain.ts";
import { defaultMachineLimits } from "../core/worker/strain.ts";

/** As commander gives them. */
export interface LimitFlags {
  readonly maxLoad?: number;
  readonly minMemory: number;
  readonly minDisk: number;
  readonly drainMinutes: number;
}

const mebibyte = 1024 * 1024;

interface Row {
  readonly flags: string;
  readonly text: string;
  readonly variable: string;
  readonly otherwise?: number;
}

const rows: readonly Row[] = [
  { flags: "--max-load <number>", text: "takes nothing above this load for each core", variable: "COPPICE_MAX_LOAD" },
  {
    ...{ flags: "--min-memory <MiB>", text: "takes nothing with less memory free", variable: "COPPICE_MIN_MEMORY" },
    otherwise: defaultMachineLimits.freeMemoryBytes / mebibyte,
  },
  {
    ...{ flags: "--min-disk <MiB>", text: "takes nothing with less disk free", variable: "COPPICE_MIN_DISK" },
    otherwise: defaultMachineLimits.freeDiskBytes / mebibyte,
  },
  {
    ...{ flags: "--drain-minutes <number>", text: "how long tasks may go on after SIGTERM" },
    ...{ variable: "COPPICE_DRAIN_MINUTES", otherwise: 30 },
  },
];

/** The options that limit when a worker takes tasks and how long it finishes them; throws for a variable that is no amount. */
export function limitOptions(environment: Readonly<Record<string, string | undefined>>): readonly Option[] {
  return rows.map(({ flags, text, variable, otherwise }) => {
    const given = environment[variable];
    const option = new Option(flags, `${text} (or ${variable})`).argParser((value) => parseAmount(flags, value));
    return option.default(given ? parseAmount(variable, given) : otherwise);
  });
}

/** What they mean. */
export function limitsOf(flags: LimitFlags): { limits: MachineLimits; drainMilliseconds: number } {
  const { maxLoad, minMemory, minDisk, drainMinutes } = flags;
  return {
    limits: {
      ...(maxLoad === undefined ? {} : { loadPerCore: maxLoad }),
      freeMemoryBytes: minMemory * mebibyte,
      freeDiskBytes: minDisk * mebibyte,
    },
    drainMilliseconds: drainMinutes * 60_000,
  };
}

function parseAmount(name: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value) && value >= 0) return value;
  throw new InvalidArgumentError(`${name.split(" ")[0]}: a number, 0 or more`);
}
