import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startApp } from "../../src/app/start.ts";
import { eventually, startWorld } from "./support/world.ts";

test("two apps on one forge carry every command out once, in order, and answer what asks once", async () => {
  const world = await startWorld();
  const { octokit, repository } = world;
  const apps = [await app(world.options), await app({ ...world.options, dataFolder: await temporaryFolder() })];
  const settle = () => Promise.all(apps.map((one) => one.reconcileNow()));
  await settle();
  const { data: issue } = await octokit.issues.create({ ...repository, title: "Say hello", body: "" });
  const thread = { ...repository, issue_number: issue.number };
  const say = async (body: string) => (await octokit.issues.createComment({ ...thread, body })).data.id;
  await say("/plan Add a greeting and a farewell");
  const changes: number[] = [];
  for (let count = 1; count <= 6; count++) changes.push(await say(`/add Greeting number ${count}`));
  const asking = [
    await say("/edit"),
    await say("/remove T99"),
    await say("@coppice what now?"),
    await say("/approve r3"),
  ];
  await settle();
  await settle();
  const { data: comments } = await octokit.issues.listComments({ ...thread, per_page: 100 });
  const own = comments.filter(({ user }) => user?.login === "coppice[bot]").map(({ body }) => body ?? "");
  for (const id of asking)
    expect(own.filter((body) => body.startsWith(`<!-- coppice:answer=${id} -->`))).toHaveLength(1);
  expect(own.find((body) => body.includes(String(asking.at(-1))))).toContain(
    "r3 is not the plan any more, it is at r7",
  );
  expect(own.filter((body) => body.startsWith(`<!-- coppice:plan=${issue.number};revision=7;`))).toHaveLength(1);
  const { data: file } = await octokit.repos.getContent({
    ...repository,
    path: `plans/${issue.number}/record.yaml`,
    ref: "coppice-ledger",
  });
  const record = "content" in file ? Buffer.from(file.content, "base64").toString() : "";
  const order = [...record.matchAll(/comment: (\d+)/g)]
    .map(([, id]) => Number(id))
    .filter((id) => changes.includes(id));
  expect(order).toEqual(changes);
});

test("two apps show one approved plan as one: nothing is made twice, nothing flaps, and the other goes on when one ends", async () => {
  const world = await startWorld();
  const { octokit, repository } = world;
  const apps = [await app(world.options), await app({ ...world.options, dataFolder: await temporaryFolder() })];
  const [first, second] = apps;
  if (first === undefined || second === undefined) throw new Error("there are two");
  const settle = () => Promise.all(apps.map((one) => one.reconcileNow()));
  await settle();
  const { data: issue } = await octokit.issues.create({ ...repository, title: "Say hello", body: "" });
  const thread = { ...repository, issue_number: issue.number };
  const say = (body: string) => octokit.issues.createComment({ ...thread, body });
  await say("/plan Add a greeting and a farewell");
  await settle();
  await say("/approve --anyway r1");
  const listed = async () => {
    const { data } = await octokit.issues.listForRepo({ ...repository, state: "all", per_page: 100 });
    return data.filter(({ number }) => number !== issue.number);
  };
  const own = async () => {
    const { data } = await octokit.issues.listComments({ ...thread, per_page: 100 });
    return data.filter(({ user, body }) => user?.login === "coppice[bot]" && body?.includes("coppice:plan="));
  };
  // A second after the draft at the soonest: what is shown from here on is to stay.
  await eventually("the plan is shown as approved, with all its tasks", async () => {
    await settle();
    const text = (await own())[0]?.body ?? "";
    const tasks = await listed();
    return tasks.length > 0 && tasks.every(({ number }) => text.includes(`| #${number} |`));
  });
  await settle();
  const tasks = await listed();
  expect(new Set(tasks.map(({ title }) => title)).size).toBe(tasks.length);
  expect(await own()).toHaveLength(1);
  const before = { tasks, comments: await own() };
  const written = () => apps.flatMap(({ usage }) => usage()).reduce((sum, { contents }) => sum + contents, 0);
  const contents = written();
  for (let round = 0; round < 3; round++) await settle();
  expect({ tasks: await listed(), comments: await own() }, "nothing is written over and over").toEqual(before);
  expect(written()).toBe(contents);
  const [task] = tasks.toSorted((a, b) => a.number - b.number);
  if (task === undefined) throw new Error("there is a task");
  for (const { number } of tasks) {
    const { data: events } = await octokit.issues.listEvents({ ...repository, issue_number: number, per_page: 100 });
    const labelled = events.flatMap((event) => ("label" in event ? [`${event.event} ${event.label?.name}`] : []));
    expect(new Set(labelled).size, labelled.join(", ")).toBe(labelled.length);
  }
  await first.stop();
  await octokit.issues.update({ ...repository, issue_number: task.number, state: "closed", state_reason: "completed" });
  await eventually("the other app shows what is done", async () => {
    await second.reconcileNow();
    return (await own())[0]?.body !== before.comments[0]?.body;
  });
  expect(await own()).toHaveLength(1);
});

async function app(options: Parameters<typeof startApp>[0]) {
  const started = await startApp(options);
  onTestFinished(() => started.stop());
  return started;
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "coppice-two-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}
