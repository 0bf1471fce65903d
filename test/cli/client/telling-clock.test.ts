import { expect, it } from "vitest";
import { tellingClock } from "../../../src/cli/client/telling-clock.ts";
import { hurryingClock } from "../../support/hurrying-clock.ts";

it("tells of a long wait once, of a longer one again, and of short ones never", async () => {
  const told: string[] = [];
  const under = hurryingClock();
  const clock = tellingClock(under, (line) => void told.push(line));
  await clock.sleep(500);
  expect(told).toEqual([]);
  // A request that ends meanwhile has the budget reckon again.
  await Promise.all([clock.sleep(19_600), clock.sleep(19_500)]);
  expect(told).toEqual(["the forge limits how much it may be asked; going on in 20 s"]);
  await clock.sleep(60_000);
  expect(told).toHaveLength(2);
  expect(under.slept).toEqual([500, 19_600, 19_500, 60_000]);
});
