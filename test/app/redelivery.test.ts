import { expect, onTestFinished, test } from "vitest";
import { startApp } from "../../src/app/start.ts";
import { systemClock } from "../../src/app/system-clock.ts";
import { unlimited } from "../../src/core/budget/limits.ts";
import { connect } from "../../src/github/connection.ts";
import { deliverTo, eventually, startWorld } from "./support/world.ts";

test("webhooks that came while nobody was there are delivered once more, and only those; then one request a look", async () => {
  const world = await startWorld({ timing: { redelivery: 200, tend: { sweep: 3_600_000, installations: 3_600_000 } } });
  const { octokit, repository, options } = world;
  const away = await startApp(options);
  deliverTo(away.url, world);
  const port = Number(new URL(away.url).port);
  await away.stop();
  await octokit.issues.create({ ...repository, title: "Say hello", body: "" });
  const ending = new AbortController();
  onTestFinished(() => ending.abort());
  const { deliveries } = connect({
    ...{ ...options, baseUrl: options.apiUrl, limits: unlimited },
    ...{ clock: systemClock, signal: ending.signal },
  });
  const attempts = async () => (await deliveries.page()).attempts;
  await eventually("the forge has tried", async () => (await attempts()).length > 0);
  const lost = await attempts();
  expect(lost.map(({ statusCode }) => statusCode)).toEqual(lost.map(() => 0));
  const app = await startApp({ ...options, port });
  onTestFinished(() => app.stop());
  const asked = (route: string) => app.usage().find((one) => one.route === route)?.requests ?? 0;
  const arrived = async () =>
    new Set((await attempts()).filter(({ statusCode }) => statusCode === 202).map(({ guid }) => guid));
  await eventually("they are delivered", async () => {
    const guids = await arrived();
    return lost.every(({ guid }) => guids.has(guid));
  });
  const sent = asked("POST /app/hook/deliveries/{delivery_id}/attempts");
  expect(sent).toBe(lost.length);
  const before = asked("GET /app/hook/deliveries");
  await eventually("it has looked again", async () => asked("GET /app/hook/deliveries") >= before + 3);
  expect(asked("POST /app/hook/deliveries/{delivery_id}/attempts")).toBe(sent);
});
