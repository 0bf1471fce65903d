import { describe, expect, it } from "vitest";
import { readSettings } from "../../src/worker/options.ts";

const environment = { COPPICE_HUB: "http://hub:1", COPPICE_WORKER_NAME: "one", COPPICE_WORKER_TOKEN: "t" };
const mebibyte = 1024 * 1024;

describe("a worker's limits", () => {
  it("are sensible when nothing is said, and are as said by option or, without one, by variable", () => {
    expect(readSettings([], environment)).toMatchObject({
      limits: { freeMemoryBytes: 256 * mebibyte, freeDiskBytes: 512 * mebibyte },
      drainMilliseconds: 30 * 60_000,
    });
    const variables = { ...environment, COPPICE_MAX_LOAD: "1.5", COPPICE_MIN_DISK: "9", COPPICE_DRAIN_MINUTES: "0" };
    expect(readSettings(["--min-disk", "7", "--min-memory", "0"], variables)).toMatchObject({
      limits: { loadPerCore: 1.5, freeMemoryBytes: 0, freeDiskBytes: 7 * mebibyte },
      drainMilliseconds: 0,
    });
  });

  it.each([
    [["--max-load", "-1"], {}, /--max-load: a number, 0 or more/],
    [[], { COPPICE_MIN_MEMORY: "lots" }, /COPPICE_MIN_MEMORY: a number, 0 or more/],
    [[], { COPPICE_SLOTS: "many" }, /slots: a number from 1 to 64/],
  ])("that are none are told in one line: %j %j", (argv, more, message) => {
    expect(() => readSettings(argv, { ...environment, ...more })).toThrow(
      expect.objectContaining({ code: "bad-input", message: expect.stringMatching(message) }),
    );
  });
});
