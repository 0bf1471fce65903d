import { expect, test } from "vitest";
import { QuietRepositories } from "../../src/app/quiet-repositories.ts";

test("a repository of which nothing is heard is swept more and more rarely, each by itself, and as usual after news", () => {
  let now = 0;
  const quiet = new QuietRepositories({ monotonic: () => now }, 30_000);
  const swept: Record<"still" | "lively", number[]> = { still: [], lively: [] };
  for (; now <= 1_200_000; now += 30_000) {
    if (quiet.isDue({ owner: "octo", name: "still" })) swept.still.push(now / 1_000);
    if (quiet.isDue({ owner: "octo", name: "lively" })) swept.lively.push(now / 1_000);
    quiet.heard({ owner: "Octo", name: "Lively" });
  }
  expect(swept.still).toEqual([0, 30, 150, 450, 750, 1_050]);
  expect(swept.lively).toHaveLength(41);
});
