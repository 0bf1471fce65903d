import { expect, test } from "vitest";
import { shareNext } from "../../src/app/share-next.ts";

test("those who ask while an answer is under way share one that is begun after all of them", async () => {
  const answers: ((failed?: Error) => void)[] = [];
  const ask = shareNext(
    () =>
      new Promise<number>((resolve, reject) => {
        const number = answers.push((failed) => (failed ? reject(failed) : resolve(number)));
      }),
  );
  const begun = async (count: number) => {
    for (let turns = 0; answers.length < count; turns += 1) await Promise.resolve(expect(turns).toBeLessThan(100));
  };
  const first = ask();
  await begun(1);
  const many = Array.from({ length: 50 }, () => ask());
  answers[0]?.(new Error("no network"));
  await expect(first).rejects.toThrow("no network");
  await begun(2);
  const last = ask();
  answers[1]?.();
  expect(new Set(await Promise.all(many))).toEqual(new Set([2]));
  await begun(3);
  answers[2]?.();
  expect(await last).toBe(3);
});
