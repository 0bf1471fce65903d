import { verify } from "@octokit/webhooks-methods";
import githubAppJwt from "universal-github-app-jwt";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { expectValidWebhook } from "../support/openapi.ts";
import { appToken, eventually, octokit, refusal, secret, startWorld, type World } from "./support.ts";

let world: World;
const sample = { owner: "ada", repo: "sample" };

beforeAll(async () => {
  world = await startWorld();
  await world.ada.repos.createForAuthenticatedUser({ name: "sample", auto_init: true });
  await eventually(() => world.receiver.received.length === 2);
});

beforeEach(() => {
  world.receiver.received.length = 0;
  world.receiver.status = 200;
});

afterAll(() => world.close());

let made = 0;
async function makeBranch(): Promise<string> {
  made += 1;
  const { data } = await world.ada.git.getRef({ ...sample, ref: "heads/main" });
  await world.ada.git.createRef({ ...sample, ref: `refs/heads/branch-${made}`, sha: data.object.sha });
  return `branch-${made}`;
}

test("deliveries are signed, in order, and as GitHub describes them", async () => {
  const names = [await makeBranch(), await makeBranch(), await makeBranch()];
  await world.ada.git.deleteRef({ ...sample, ref: `heads/${names[0]}` });
  await eventually(() => world.receiver.received.length === 8);
  const seen = world.receiver.received.map(
    (row) => `${row.event} ${String(row.payload.ref).replace("refs/heads/", "")}`,
  );
  const expected = names.flatMap((name) => [`create ${name}`, `push ${name}`]);
  expect(seen).toEqual([...expected, `delete ${names[0]}`, `push ${names[0]}`]);
  for (const row of world.receiver.received) {
    expect(await verify(secret, row.text, row.signature)).toBe(true);
    expect(await verify("another secret", row.text, row.signature)).toBe(false);
    expectValidWebhook(row.event, null, row.payload);
  }
  expect(new Set(world.receiver.received.map((row) => row.delivery)).size).toBe(8);
});

test("a failed delivery stays listed, is not retried by itself, and can be sent again under its id", async () => {
  world.receiver.status = 500;
  await makeBranch();
  await eventually(() => world.receiver.received.length === 2);
  world.receiver.status = 200;
  const next = await makeBranch();
  await eventually(() => world.receiver.received.length === 4);
  expect(world.receiver.received.slice(2).every((row) => String(row.payload.ref).endsWith(next))).toBe(true);

  const client = octokit(world.forge, await appToken(world.app));
  const failed = await eventually(async () => {
    const { data } = await client.apps.listWebhookDeliveries({ status: "failure" });
    return data.length === 2 && data;
  });
  expect(failed.map((row) => `${row.event} ${row.status_code}`)).toEqual(["push 500", "create 500"]);
  const delivery_id = failed[1]?.id ?? 0;
  const { data } = await client.apps.getWebhookDelivery({ delivery_id });
  expect(data.request.payload).toMatchObject({ ref_type: "branch" });
  expect(JSON.stringify(data)).not.toContain(secret);

  await client.apps.redeliverWebhookDelivery({ delivery_id });
  await eventually(() => world.receiver.received.length === 5);
  expect(world.receiver.received.at(-1)?.delivery).toBe(data.guid);
  const again = await eventually(async () => {
    const { data: rows } = await client.apps.listWebhookDeliveries({ per_page: 1 });
    return rows[0]?.redelivery && rows[0];
  });
  expect(again).toMatchObject({ guid: data.guid, status: "OK", status_code: 200 });
});

test("a receiver that is not there is recorded, and another app's deliveries are none of ours", async () => {
  const app = await world.forge.admin.ensureApp({
    slug: "elsewhere",
    name: "Elsewhere",
    permissions: { contents: "read" },
    events: ["create"],
    webhook: { url: "http://127.0.0.1:9/", secret },
  });
  world.forge.admin.install("elsewhere", "ada", ["sample"]);
  await makeBranch();
  await eventually(() => world.receiver.received.length === 2);
  const client = octokit(world.forge, await appToken(app));
  const [row] = await eventually(async () => {
    const { data } = await client.apps.listWebhookDeliveries();
    return data.length > 0 && data;
  });
  expect(row).toMatchObject({ event: "create", status_code: 0 });
  const other = octokit(world.forge, await appToken(world.app));
  const foreign = refusal(other.apps.getWebhookDelivery({ delivery_id: row?.id ?? 0 }));
  expect((await foreign).status).toBe(404);
});

test("deliveries are paged by cursor, so that what arrives in between shifts nothing", async () => {
  const client = octokit(world.forge, await appToken(world.app));
  await makeBranch();
  await makeBranch();
  await eventually(() => world.receiver.received.length === 4);
  const first = await eventually(async () => {
    const answer = await client.apps.listWebhookDeliveries({ per_page: 3 });
    return answer.data.length === 3 && answer;
  });
  const cursor = /[?&]cursor=(v1_\d+)[^>]*>; rel="next"/.exec(first.headers.link ?? "")?.[1];
  await makeBranch();
  await eventually(() => world.receiver.received.length === 6);
  const second = await client.apps.listWebhookDeliveries({ per_page: 3, cursor });
  const ids = [...first.data, ...second.data].map(({ id }) => id);
  expect(ids).toEqual(ids.toSorted((left, right) => right - left));
  expect(new Set(ids).size).toBe(6);
  expect((await refusal(client.apps.listWebhookDeliveries({ cursor: "page 2" }))).status).toBe(422);
});

test("who asks for failures hears nothing of time-outs, and after three days of none at all", async () => {
  const client = octokit(world.forge, await appToken(world.app));
  world.forge.admin.setFaults({ deliveries: [{ fault: "drop", times: 1 }] });
  await makeBranch();
  await eventually(() => world.receiver.received.length === 1);
  world.forge.admin.setFaults(undefined);
  const { data } = await client.apps.listWebhookDeliveries({ per_page: 2 });
  expect(data.map(({ event, status }) => `${event} ${status}`)).toEqual(["push OK", "create timed out"]);
  const failures = await client.paginate(client.apps.listWebhookDeliveries, { status: "failure" });
  expect(failures.map(({ status }) => status)).not.toContain("timed out");
  world.forge.admin.advance(3 * 86_400_000 + 1_000);
  // The clock of who asks has gone on as well.
  const later = await githubAppJwt({ ...world.app, now: Math.floor(Date.now() / 1_000) + 3 * 86_400 });
  const then = octokit(world.forge, later.token);
  expect((await then.apps.listWebhookDeliveries()).data).toEqual([]);
  expect((await refusal(then.apps.getWebhookDelivery({ delivery_id: data[0]?.id ?? 0 }))).status).toBe(404);
});

test("an app hears of its own repositories and its own events only", async () => {
  world.forge.admin.ensureUser({ login: "grace" });
  const grace = octokit(world.forge, world.forge.admin.createToken("grace"));
  await grace.repos.createForAuthenticatedUser({ name: "theirs", auto_init: true });
  await makeBranch();
  await eventually(() => world.receiver.received.length >= 2);
  const names = world.receiver.received.map((row) => JSON.stringify(row.payload.repository));
  expect(names.filter((text) => text.includes("theirs"))).toEqual([]);
});

test("an app may be told elsewhere from now on", async () => {
  world.forge.admin.updateAppWebhook("coppice", { url: world.receiver.url, secret: "a new secret" });
  await makeBranch();
  await eventually(() => world.receiver.received.length === 2);
  for (const row of world.receiver.received) expect(await verify("a new secret", row.text, row.signature)).toBe(true);
});
