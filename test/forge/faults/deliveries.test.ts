import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type FaultPlan, startForge } from "../../../src/forge/index.ts";
import { appToken, eventually, octokit, secret, startWorld, type World } from "../support.ts";

let world: World;
const sample = { owner: "ada", repo: "sample" };

beforeEach(async () => {
  world = await startWorld();
  await world.ada.repos.createForAuthenticatedUser({ name: "sample", auto_init: true });
  await eventually(() => world.receiver.received.length === 2);
  world.receiver.received.length = 0;
});

afterEach(() => world.close());

const set = (...deliveries: NonNullable<FaultPlan["deliveries"]>) =>
  world.forge.admin.setFaults({ seed: 3, deliveries });

async function openIssues(count: number): Promise<void> {
  for (let at = 1; at <= count; at += 1) await world.ada.issues.create({ ...sample, title: `${at}` });
}

/** The titles of the issues told of, in order of arrival. */
const told = () =>
  world.receiver.received.flatMap(({ payload }) => {
    const { issue } = payload as { issue?: { title: string } };
    return issue === undefined ? [] : [issue.title];
  });

const listed = async () =>
  octokit(world.forge, await appToken(world.app)).apps.listWebhookDeliveries({ per_page: 100 });

test("a dropped delivery is listed as timed out, can be redelivered, and is told of under its first id", async () => {
  set({ fault: "drop", event: "issues", times: 1 });
  await openIssues(2);
  await eventually(() => told().length === 1);
  expect(told()).toEqual(["2"]);
  const { data } = await listed();
  const lost = data.filter(({ status_code }) => status_code === 0);
  expect(lost).toMatchObject([{ event: "issues", status: "timed out" }]);
  const client = octokit(world.forge, await appToken(world.app));
  await client.apps.redeliverWebhookDelivery({ delivery_id: lost[0]?.id ?? 0 });
  await eventually(() => told().length === 2);
  expect(world.receiver.received.at(-1)).toMatchObject({ delivery: lost[0]?.guid });
  expect(world.forge.admin.faultsSeen()).toMatchObject({ drop: 1 });
});

test("a delivery may be lost without a trace", async () => {
  set({ fault: "drop", event: "issues", listed: false, times: 1 });
  await openIssues(2);
  await eventually(() => told().length === 1);
  expect((await listed()).data.filter(({ event }) => event === "issues")).toHaveLength(1);
});

test("a doubled delivery comes twice under one id", async () => {
  set({ fault: "double", event: "issues", times: 1 });
  await openIssues(2);
  await eventually(() => told().length === 3);
  expect(told()).toEqual(["1", "1", "2"]);
  expect(new Set(world.receiver.received.map(({ delivery }) => delivery)).size).toBe(2);
});

test("a delayed delivery is overtaken, and comes when its time has come", async () => {
  set({ fault: "delay", milliseconds: 3_600_000, event: "issues", times: 1 });
  await openIssues(3);
  await eventually(() => told().length === 2);
  expect(told()).toEqual(["2", "3"]);
  world.forge.admin.advance(3_600_000);
  await eventually(() => told().length === 3);
  expect(told().at(-1)).toBe("1");
});

test("shuffled deliveries all come, in another order, the same for the same seed", async () => {
  const count = 12;
  const play = async () => {
    world.receiver.received.length = 0;
    set({ fault: "shuffle", milliseconds: 86_400_000, event: "issues" });
    await openIssues(count);
    await eventually(() => world.forge.admin.faultsSeen().shuffle === count);
    world.forge.admin.advance(86_400_000);
    await eventually(() => told().length === count);
    return told();
  };
  const first = await play();
  const sorted = first.toSorted((left, right) => Number(left) - Number(right));
  expect(sorted).toEqual(Array.from({ length: count }, (_, at) => `${at + 1}`));
  expect(first).not.toEqual(sorted);
  expect(await play()).toEqual(first);
});

test("faults that end let go at once of what they held back", async () => {
  set({ fault: "delay", milliseconds: 3_600_000 });
  await openIssues(1);
  world.forge.admin.setFaults(undefined);
  await eventually(() => told().length === 1);
});

test("what was held back when the forge stopped is sent when it starts again", async () => {
  const data = await mkdtemp(join(tmpdir(), "forge-"));
  const first = await startForge({ data, faults: { deliveries: [{ fault: "delay", milliseconds: 3_600_000 }] } });
  first.admin.ensureUser({ login: "ada" });
  const webhook = { url: world.receiver.url, secret };
  await first.admin.ensureApp({ slug: "coppice", name: "Coppice", permissions: {}, events: ["issues"], webhook });
  first.admin.install("coppice", "ada", "all");
  await first.admin.createRepository({ owner: "ada", name: "sample" });
  await octokit(first, first.admin.createToken("ada")).issues.create({ ...sample, title: "Held back" });
  await eventually(() => first.admin.faultsSeen().delay === 1);
  await first.stop();
  expect(told()).toEqual([]);
  const second = await startForge({ data });
  await eventually(() => told().includes("Held back"));
  await second.stop();
  await rm(data, { recursive: true });
});
