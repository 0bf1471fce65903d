import { expect, test } from "vitest";
import { requestCounts } from "../../src/forge/http/counts.ts";

test("names that strangers think up are counted together once there are many", () => {
  const counts = requestCounts();
  for (let at = 0; at < 5_000; at += 1) counts.request(`POST /graphql Name${at}`);
  counts.request("POST /graphql Name7");
  const rows = counts.list();
  expect(rows.length).toBeLessThanOrEqual(2_001);
  expect(rows.reduce((sum, { count }) => sum + count, 0)).toBe(5_001);
  expect(rows.find(({ route }) => route === "POST /graphql Name7")?.count).toBe(2);
});
