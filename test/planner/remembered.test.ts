import { describe, expect, test } from "vitest";
import { remembered } from "../../src/planner/remembered.ts";

/** Reads words, and counts how often it had to. */
function counting(maxCharacters: number) {
  const parsed: string[] = [];
  const read = remembered((text, path) => {
    parsed.push(text);
    if (text === "bad") throw new Error(`${path}: bad`);
    return { words: text.split(" ") };
  }, maxCharacters);
  return { parsed, read };
}

describe("what a text says", () => {
  test("is read once, and given again whatever path it lies at", () => {
    const { parsed, read } = counting(100);
    const first = read("one two", "a");
    expect(first).toEqual({ words: ["one", "two"] });
    expect(read("one two", "b")).toBe(first);
    expect(read("one  two", "a")).toEqual({ words: ["one", "", "two"] });
    expect(parsed).toEqual(["one two", "one  two"]);
  });

  test("that cannot be read is told anew, naming where it lies this time", () => {
    const { parsed, read } = counting(100);
    expect(() => read("bad", "a")).toThrow("a: bad");
    expect(() => read("bad", "b")).toThrow("b: bad");
    expect(parsed).toEqual(["bad", "bad"]);
  });

  test("is forgotten when it was asked for longest ago and there is too much", () => {
    const { parsed, read } = counting(9);
    for (const text of ["aaa", "bbb", "ccc", "aaa", "ddd", "aaa", "ccc", "bbb"]) read(text, "");
    expect(parsed).toEqual(["aaa", "bbb", "ccc", "ddd", "bbb"]);
  });

  test("is given though it alone is too much, and not kept", () => {
    const { parsed, read } = counting(3);
    for (const text of ["aaaa", "bb", "aaaa", "bb"]) expect(read(text, "").words).toEqual([text]);
    expect(parsed).toEqual(["aaaa", "bb", "aaaa", "bb"]);
  });
});
