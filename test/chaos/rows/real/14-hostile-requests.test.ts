import { expect } from "vitest";
import { startWorld } from "../../../app/support/world.ts";
import { chaos } from "../../chaos.ts";
import { residentBytes, startAppProcess } from "../../processes/app-process.ts";
import { attacks, canary, openSlowly, send } from "../../requests/attacks.ts";

const mebibyte = 2 ** 20;

chaos(14, "attacks on the app's port", async ({ count, random, isFull }) => {
  const app = await startAppProcess(await startWorld(), { LOG_LEVEL: "debug" });
  const port = Number(new URL(app.url).port);
  // What a process needs to refuse anything at all is not what is asked.
  for (let request = 0; request < 50; request += 1) await (await fetch(`${app.url}/healthz`)).text();
  const before = await residentBytes(app.pid);
  const endSlow = await openSlowly(port, isFull ? 200 : 20, random);
  let most = before;
  let sent = 0;
  for (let round = 0; round < count; round += 1) {
    const attack = attacks[round % attacks.length] ?? random.pick(attacks);
    const answer = await send(port, attack);
    expect(answer.text, attack.name).toMatch(attack.answer);
    expect(answer.sent, attack.name).toBeLessThan(64 * mebibyte);
    sent += answer.sent;
    most = Math.max(most, await residentBytes(app.pid));
  }
  const healthy = await fetch(`${app.url}/healthz`);
  endSlow();
  expect(healthy.status).toBe(200);
  expect((most - before) / mebibyte).toBeLessThan(64);
  expect(app.said()).not.toContain(canary);
  expect(await app.end("SIGTERM")).toBe(0);
  return {
    attacks: count,
    "MiB sent": Math.round(sent / mebibyte),
    "MiB of growth": Math.round((most - before) / mebibyte),
  };
});
