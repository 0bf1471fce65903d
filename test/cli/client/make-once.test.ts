import { describe, expect, it } from "vitest";
import { makeOnce, whenThere } from "../../../src/cli/client/make-once.ts";
import { CoppiceError, type ErrorCode } from "../../../src/core/errors.ts";

const place = (fresh: number, signal = new AbortController().signal) => ({
  signal,
  pace: { first: 1, longest: 5, fresh },
});

/** Fails with these codes in turn, then gives `made`. */
function failing(...codes: ErrorCode[]) {
  const act = async () => {
    act.calls += 1;
    const code = codes.shift();
    if (code !== undefined) throw new CoppiceError(code, `${code} ${act.calls}`);
    return { made: act.calls };
  };
  act.calls = 0;
  return act;
}

describe("something is made on the forge", () => {
  it("once more when it never shows, and no third time", async () => {
    expect(await makeOnce(place(10), { make: failing("forge-unavailable"), find: async () => undefined })).toEqual({
      made: 2,
    });
    const make = failing("forge-unavailable", "forge-unavailable");
    const never = makeOnce(place(10), { make, find: async () => undefined });
    await expect(never).rejects.toMatchObject({ message: "forge-unavailable 2" });
    expect(make.calls).toBe(2);
  });

  it.each<ErrorCode>(["forge-refused", "forge-not-found", "forge-limited"])(
    "and not looked for where it is known that it was not: %s",
    async (code) => {
      const find = failing();
      await expect(makeOnce(place(10), { make: failing(code), find })).rejects.toMatchObject({ code });
      expect(find.calls).toBe(0);
    },
  );

  it("and not again once somebody ends the command", async () => {
    const stop = new AbortController();
    const make = failing("forge-unavailable");
    const find = async () => {
      stop.abort();
      return undefined;
    };
    await expect(makeOnce(place(60_000, stop.signal), { make, find })).rejects.toMatchObject({
      code: "forge-unavailable",
    });
    expect(make.calls).toBe(1);
  });
});

describe("what needs something that was made a moment ago", () => {
  it("is tried until that shows", async () => {
    expect(await whenThere(place(60_000), failing("forge-not-found", "forge-not-found"))).toEqual({ made: 3 });
  });

  it("fails at once for any other reason, and for this one in the end", async () => {
    const act = failing("forge-not-found", "forge-refused");
    await expect(whenThere(place(60_000), act)).rejects.toMatchObject({ code: "forge-refused" });
    const never = failing(...Array<ErrorCode>(1_000).fill("forge-not-found"));
    await expect(whenThere(place(20), never)).rejects.toMatchObject({ code: "forge-not-found" });
  });
});
