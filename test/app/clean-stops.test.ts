import { expect, onTestFinished, test } from "vitest";
import { startApp } from "../../src/app/start.ts";
import { deliverTo, eventually, startWorld } from "./support/world.ts";

test("an archived repository, and one the app is taken off, is left alone, and taken up again when it is back", async () => {
  const world = await startWorld();
  const { forge, options, octokit, repository, lines } = world;
  await forge.admin.createRepository({ owner: "octo", name: "other" });
  const app = await startApp(options);
  onTestFinished(() => app.stop());
  deliverTo(app.url, world);
  await app.reconcileNow();
  const { data: issue } = await octokit.issues.create({ ...repository, title: "Say hello", body: "" });
  const thread = { ...repository, issue_number: issue.number };
  await octokit.issues.createComment({ ...thread, body: "/plan Add a greeting" });
  await eventually("it has a plan", async () => (await ownComments()).length === 1);
  const known = async () => {
    await app.reconcileNow();
    return app.tasks("octo", "hello", issue.number).length > 0;
  };
  async function ownComments() {
    const { data } = await octokit.issues.listComments({ ...thread, per_page: 100 });
    return data.filter(({ user }) => user?.login === "coppice[bot]");
  }
  const away = [
    {
      leave: () => octokit.repos.update({ ...repository, archived: true }),
      back: () => octokit.repos.update({ ...repository, archived: false }),
    },
    {
      leave: async () => forge.admin.install("coppice", "octo", ["other"]),
      back: async () => forge.admin.install("coppice", "octo", "all"),
    },
  ];
  for (const { leave, back } of away) {
    await eventually("it is looked after", known);
    lines.length = 0;
    await leave();
    app.enqueue({ kind: "installations" });
    await eventually("it is left alone", async () => app.tasks("octo", "hello", issue.number).length === 0);
    app.enqueue({ kind: "issue", repository: { owner: "octo", name: "hello" }, issue: issue.number });
    await app.reconcileNow();
    expect(app.tasks("octo", "hello", issue.number)).toEqual([]);
    expect(lines.filter((line) => line.includes("looked after no more"))).toHaveLength(1);
    expect(lines.filter((line) => /"level":(50|60)/.test(line))).toEqual([]);
    await back();
  }
  await eventually("it is looked after again", known);
  expect(await ownComments()).toHaveLength(1);
});
