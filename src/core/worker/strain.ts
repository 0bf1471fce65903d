/** What a machine may have too little left of to take another task. */
export const strains = ["load", "memory", "disk"] as const;
export type Strain = (typeof strains)[number];

/** A machine at one moment; what could not be measured is absent, and nothing is concluded from it. */
export interface Measured {
  /** Processes that wanted to run, over the last minute. */
  readonly load?: number;
  readonly cores: number;
  readonly freeMemoryBytes?: number;
  readonly freeDiskBytes?: number;
}

/** Beyond these a worker takes nothing new; what runs goes on. */
export interface MachineLimits {
  /** Most load for each core; absent: no limit, since slots limit what a worker adds to it. */
  readonly loadPerCore?: number;
  /** Least memory and disk that must be free. */
  readonly freeMemoryBytes: number;
  readonly freeDiskBytes: number;
}

const mebibyte = 1024 * 1024;

/** Enough for a checkout and an agent to begin; a machine with less does nothing well. */
export const defaultMachineLimits: MachineLimits = { freeMemoryBytes: 256 * mebibyte, freeDiskBytes: 512 * mebibyte };

/** What there is too little of. */
export function strainsOf(measured: Measured, limits: MachineLimits): readonly Strain[] {
  const { load, cores, freeMemoryBytes, freeDiskBytes } = measured;
  const isStrained: Readonly<Record<Strain, boolean>> = {
    load: load !== undefined && limits.loadPerCore !== undefined && load > limits.loadPerCore * Math.max(cores, 1),
    memory: freeMemoryBytes !== undefined && freeMemoryBytes < limits.freeMemoryBytes,
    disk: freeDiskBytes !== undefined && freeDiskBytes < limits.freeDiskBytes,
  };
  return strains.filter((strain) => isStrained[strain]);
}

const words: Readonly<Record<Strain, string>> = {
  load: "its load is too high",
  memory: "too little memory is free",
  disk: "too little disk is free",
};

/** The same for people, one line. */
export function strainLine(found: readonly Strain[]): string {
  return found.map((strain) => words[strain]).join(", ");
}
