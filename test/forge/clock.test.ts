import { getEventListeners } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { forgeClock, realClock } from "../../src/forge/clock.ts";
import { type Clock, startForge } from "../../src/forge/index.ts";
import { installed, octokit, refusal, startWorld } from "./support.ts";

test("everything goes by the given clock: what is written, signed, answered and expires", async () => {
  const data = await mkdtemp(join(tmpdir(), "forge-"));
  const start = Date.parse("2030-01-01T00:00:00Z");
  const clock: Clock = { now: () => start, sleep: () => new Promise(() => undefined) };
  const forge = await startForge({ data, clock });
  forge.admin.ensureUser({ login: "ada" });
  const ada = octokit(forge, forge.admin.createToken("ada"));
  const made = await ada.repos.createForAuthenticatedUser({ name: "sample", auto_init: true });
  expect(made.data.created_at).toBe("2030-01-01T00:00:00Z");
  expect(made.headers.date).toBe("Tue, 01 Jan 2030 00:00:00 GMT");
  const sample = { owner: "ada", repo: "sample" };
  const [commit] = (await ada.repos.listCommits(sample)).data;
  expect(commit?.commit.committer?.date).toBe("2030-01-01T00:00:00Z");
  forge.admin.advance(90_000);
  const issue = await ada.issues.create({ ...sample, title: "Later" });
  expect(issue.data.created_at).toBe("2030-01-01T00:01:30Z");
  await forge.stop();
  await rm(data, { recursive: true });
});

test("an installation's token ends with its hour", async () => {
  const world = await startWorld();
  await world.ada.repos.createForAuthenticatedUser({ name: "sample" });
  const { octokit: bot } = await installed(world);
  const sample = { owner: "ada", repo: "sample" };
  world.forge.admin.advance(3_590_000);
  expect((await bot.repos.get(sample)).status).toBe(200);
  world.forge.admin.advance(10_000);
  expect(await refusal(bot.repos.get(sample))).toEqual({ status: 401, message: "Bad credentials" });
  await world.close();
});

test("who sleeps is woken by the clock's being put forward far enough, and by nothing less", async () => {
  const never: Clock = { now: () => 0, sleep: () => new Promise(() => undefined) };
  const clock = forgeClock(never);
  const woken: string[] = [];
  const short = clock.sleep(1_000).then(() => woken.push("short"));
  const long = clock.sleep(5_000).then(() => woken.push("long"));
  const stopped = new AbortController();
  const given = clock.sleep(1_000, stopped.signal);
  stopped.abort(new Error("enough"));
  await expect(given).rejects.toThrow("enough");
  clock.advance(1_000);
  await short;
  clock.advance(3_999);
  expect(woken).toEqual(["short"]);
  clock.advance(1);
  await long;
  expect(clock.now()).toBe(5_000);
});

test("a clock whose sleep takes no time is believed", async () => {
  await forgeClock({ now: () => 0, sleep: () => Promise.resolve() }).sleep(1_000);
});

test("who sleeps leaves nothing behind at a signal that lives on, whether slept out, put forward or given up", async () => {
  const long = new AbortController();
  const clock = forgeClock(realClock);
  await clock.sleep(1, long.signal);
  const forward = clock.sleep(60_000, long.signal);
  clock.advance(60_000);
  await forward;
  expect(getEventListeners(long.signal, "abort")).toHaveLength(0);
  const ended = clock.sleep(60_000, long.signal);
  long.abort();
  await expect(ended).rejects.toThrow("aborted");
  await expect(clock.sleep(60_000, long.signal)).rejects.toThrow("aborted");
});
