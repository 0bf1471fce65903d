import { describe, expect, it } from "vitest";
import { restBeforeShowing } from "../../src/reconciler/rest-before-showing.ts";

const moving = { isOtherStatus: false, isAsked: false };

/** When what changes all the time is shown in the first so many milliseconds, each time as soon as it may be. */
function shownWithin(milliseconds: number): readonly number[] {
  const times = [0];
  for (let now = 0; now <= milliseconds; now += 1_000) {
    const sinceShown = now - (times.at(-1) ?? 0);
    if (sinceShown > 0 && restBeforeShowing({ ...moving, movingFor: now, sinceShown }) === 0) times.push(now);
  }
  return times;
}

describe("a plan whose tasks move is shown", () => {
  it("ever more seldom the longer they do, and every minute in the end", () => {
    expect(shownWithin(300_000).map((time) => time / 1_000)).toEqual([0, 10, 20, 40, 80, 140, 200, 260]);
  });

  it("at a moment that does not move away while it is waited for", () => {
    const at = (now: number) => now + restBeforeShowing({ ...moving, movingFor: now, sinceShown: now - 20_000 });
    expect([20_000, 25_000, 39_999].map(at)).toEqual([40_000, 40_000, 40_000]);
  });

  it("within ten seconds where somebody has asked for what is to be shown", () => {
    expect(restBeforeShowing({ ...moving, isAsked: true, movingFor: 600_000, sinceShown: 4_000 })).toBe(6_000);
  });

  it("at once when its status is another one", () => {
    expect(restBeforeShowing({ ...moving, isOtherStatus: true, movingFor: 9_000, sinceShown: 1_500 })).toBe(0);
    expect(restBeforeShowing({ ...moving, isOtherStatus: true, movingFor: 9_000, sinceShown: 400 })).toBe(600);
  });
});

it("A plan at rest is shown once a second at most, one that was never shown at once", () => {
  expect(restBeforeShowing({ ...moving, movingFor: undefined, sinceShown: 400 })).toBe(600);
  expect(restBeforeShowing({ ...moving, movingFor: 0, sinceShown: Number.POSITIVE_INFINITY })).toBe(0);
});
