import { expect, it } from "vitest";
import { defaultMachineLimits, strainLine, strainsOf } from "../../../src/core/worker/strain.ts";

const gibibyte = 1024 ** 3;
const plenty = { load: 40, cores: 2, freeMemoryBytes: gibibyte, freeDiskBytes: gibibyte };

it.each([
  [{}, {}, []],
  [{ load: 1_000 }, {}, []],
  [{ load: 4.1 }, { loadPerCore: 2 }, ["load"]],
  [{ load: 4 }, { loadPerCore: 2 }, []],
  [{ freeMemoryBytes: 1 }, {}, ["memory"]],
  [{ freeDiskBytes: 1 }, {}, ["disk"]],
  [{ freeDiskBytes: 0, freeMemoryBytes: 0, load: 9 }, { loadPerCore: 1 }, ["load", "memory", "disk"]],
  [{ freeDiskBytes: undefined, freeMemoryBytes: undefined, load: undefined }, { loadPerCore: 0 }, []],
] as const)("A machine with %j and limits %j has too little of %j", (change, limits, found) => {
  expect(strainsOf({ ...plenty, ...change }, { ...defaultMachineLimits, ...limits })).toEqual(found);
});

it("What there is too little of is said in one line", () => {
  expect(strainLine(["load", "disk"])).toBe("its load is too high, too little disk is free");
});
