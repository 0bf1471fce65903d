import { expect, test } from "vitest";
import type { NewTaskIssue } from "../../src/ports/forge/issues.ts";
import type { HostedRepository } from "./host.ts";

export function issueContract(open: () => Promise<HostedRepository>): void {
  test("an issue is read as people see it; an unknown number and a pull request's are absent", async () => {
    const { forge, openIssue, push } = await open();
    const opened = await openIssue({ title: "Add login", body: "With care", author: "grace" });
    expect(await forge.issues.get(opened.number)).toMatchObject({
      number: opened.number,
      nodeId: opened.nodeId,
      title: "Add login",
      body: "With care",
      state: "open",
      author: "grace",
      labels: [],
    });
    await push("coppice/1", "a.txt", "a");
    const pull = await forge.pulls.open({
      branch: "coppice/1",
      base: "main",
      title: "P",
      body: "",
      draft: false,
      labels: [],
    });
    expect(await forge.issues.get(pull.number)).toBeUndefined();
    expect(await forge.issues.get(99_999)).toBeUndefined();
  });

  test("the app's own issue is the bot's, with labels that need not exist before", async () => {
    const { forge } = await open();
    const made = await forge.issues.create({ title: "Own", body: "", labels: ["coppice:plan"] });
    expect(made).toMatchObject({ author: forge.botLogin, labels: ["coppice:plan"], state: "open" });
    expect(await forge.issues.get(made.number)).toEqual(made);
  });

  test("task issues are created in the given order, labelled, under their plan, with the key in the body", async () => {
    const { forge, openIssue } = await open();
    const parent = await openIssue({ title: "Plan", body: "", author: "ada" });
    const tasks = newTasks(12);
    const made = await forge.issues.createTasks(parent, tasks);
    expect([...made.keys()]).toEqual(tasks.map(({ key }) => key));
    const numbers = [...made.values()].map(({ number }) => number);
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    const { issues } = await forge.plans.observe({ issue: parent.number, branches: [] });
    expect(
      issues.map(({ key, title, labels, number, id, nodeId }) => ({ key, title, labels, number, id, nodeId })),
    ).toEqual(tasks.map(({ key, title, labels }) => ({ key, title, labels, ...made.get(key) })));
    const first = await forge.issues.get(numbers[0] ?? 0);
    expect(first?.body).toContain(`<!-- coppice:plan=${parent.number};task=T1 -->`);
    expect(first?.body).toContain("Do 1");
  });

  test("asking again for the same keys gives the same issues and creates only what is missing", async () => {
    const { forge, openIssue } = await open();
    const parent = await openIssue({ title: "Plan", body: "", author: "ada" });
    const before = await forge.issues.createTasks(parent, newTasks(2));
    const after = await forge.issues.createTasks(parent, newTasks(3));
    expect([...after].slice(0, 2)).toEqual([...before]);
    expect((await forge.plans.observe({ issue: parent.number, branches: [] })).issues).toHaveLength(3);
  });

  test("a closed task is not created a second time", async () => {
    const { forge, openIssue } = await open();
    const parent = await openIssue({ title: "Plan", body: "", author: "ada" });
    const before = await forge.issues.createTasks(parent, newTasks(1));
    await forge.issues.close(before.get("T1")?.number ?? 0, "completed");
    expect(await forge.issues.createTasks(parent, newTasks(1))).toEqual(before);
  });

  test("tasks under a parent that is not there are an error", async () => {
    const { forge } = await open();
    const parent = { number: 99_999, nodeId: "I_nothing" };
    await expect(forge.issues.createTasks(parent, newTasks(1))).rejects.toMatchObject({ code: "forge-not-found" });
  });

  test("phase parents are made once, under the plan, and hold tasks that name the plan", async () => {
    const { forge, openIssue } = await open();
    const plan = await openIssue({ title: "Plan", body: "", author: "ada" });
    const wanted = [
      { key: "design", title: "Design: Plan", body: "Holds tasks", labels: [] },
      { key: "design-2", title: "Design (2): Plan", body: "Holds more", labels: [] },
    ] as const;
    const first = await forge.issues.createPhases(plan, wanted.slice(0, 1));
    const made = await forge.issues.createPhases(plan, wanted);
    expect([...made.keys()]).toEqual(["design", "design-2"]);
    expect(made.get("design")).toEqual(first.get("design"));
    const [one, two] = [...made.values()];
    if (one === undefined || two === undefined) throw new Error("two phase parents were asked for");
    const under = { number: one.number, nodeId: one.nodeId, plan: plan.number };
    const tasks = await forge.issues.createTasks(under, newTasks(2));
    expect(await forge.issues.createTasks(under, newTasks(2))).toEqual(tasks);
    const issue = await forge.issues.get(tasks.get("T1")?.number ?? 0);
    expect(issue?.body).toContain(`<!-- coppice:plan=${plan.number};task=T1 -->`);
    const parents = [one.number, two.number];
    const { issues } = await forge.plans.observe({ issue: plan.number, parents, branches: [] });
    expect(issues.map(({ key, phase, parent, title }) => ({ key, phase, parent, title }))).toEqual([
      { key: undefined, phase: "design", parent: undefined, title: "Design: Plan" },
      { key: undefined, phase: "design-2", parent: undefined, title: "Design (2): Plan" },
      { key: "T1", phase: undefined, parent: one.number, title: "Task 1" },
      { key: "T2", phase: undefined, parent: one.number, title: "Task 2" },
    ]);
    const [blocked, blocking] = [...tasks.values()];
    if (blocked === undefined || blocking === undefined) throw new Error("two tasks were asked for");
    const [elsewhere] = (await forge.issues.createTasks({ ...two, plan: plan.number }, newTasks(3).slice(2))).values();
    if (elsewhere === undefined) throw new Error("a task was asked for");
    await forge.issues.addBlockers([{ blocked, blocking: elsewhere }]);
    const seen = await forge.plans.observe({ issue: plan.number, parents, branches: [] });
    expect(seen.issues.find(({ key }) => key === "T1")?.openBlockers).toEqual([elsewhere.number]);
  });

  test("edges may be added twice", async () => {
    const { forge, openIssue } = await open();
    const parent = await openIssue({ title: "Plan", body: "", author: "ada" });
    const made = await forge.issues.createTasks(parent, newTasks(13));
    const [first, ...others] = [...made.values()];
    const edges = others.flatMap((blocked) => (first === undefined ? [] : { blocked, blocking: first }));
    await forge.issues.addBlockers(edges.slice(0, 1));
    await forge.issues.addBlockers(edges);
    await forge.issues.addBlockers(edges);
    const { issues } = await forge.plans.observe({ issue: parent.number, branches: [] });
    expect(issues.map(({ openBlockers }) => openBlockers)).toEqual([[], ...others.map(() => [first?.number])]);
  });

  test("edges may be taken away twice, and where there never were any", async () => {
    const { forge, openIssue } = await open();
    const parent = await openIssue({ title: "Plan", body: "", author: "ada" });
    const made = await forge.issues.createTasks(parent, newTasks(13));
    const [first, ...others] = [...made.values()];
    const edges = others.flatMap((blocked) => (first === undefined ? [] : { blocked, blocking: first }));
    await forge.issues.addBlockers(edges.slice(1));
    await forge.issues.removeBlockers(edges.slice(0, 11));
    await forge.issues.removeBlockers(edges.slice(0, 11));
    const { issues } = await forge.plans.observe({ issue: parent.number, branches: [] });
    expect(issues.filter(({ openBlockers }) => openBlockers.length > 0).map(({ key }) => key)).toEqual(["T13"]);
  });

  test("an issue is updated, and a text that the forge does not take is an error", async () => {
    const { forge } = await open();
    const { number } = await forge.issues.create({ title: "Old", body: "old", labels: [] });
    await forge.issues.update(number, { title: "New", body: "new\r\nlines" });
    expect(await forge.issues.get(number)).toMatchObject({ title: "New", body: "new\r\nlines" });
    const tooLong = { title: "New", body: "x".repeat(65_537) };
    await expect(forge.issues.update(number, tooLong)).rejects.toMatchObject({ code: "forge-refused" });
    await expect(forge.issues.update(99_999, { title: "T", body: "" })).rejects.toMatchObject({
      code: "forge-not-found",
    });
  });

  test("a commanded issue tells edits of its body and of the command, and of nothing else", async () => {
    const { forge, openIssue, comment, editComment, rewriteIssue } = await open();
    const { number } = await openIssue({ title: "Old", body: "old", author: "ada" });
    const command = await comment("ada", number, "/plan");
    const { id, nodeId } = command;
    const read = () => forge.issues.getCommanded(number, { nodeId });
    await forge.comments.pin(id);
    await rewriteIssue(number, { title: "New" });
    expect(await read()).toEqual({
      issue: await forge.issues.get(number),
      bodyEditedAt: undefined,
      commentEditedAt: undefined,
    });
    await rewriteIssue(number, { body: "new" });
    await editComment(id, "/approve");
    const edited = await read();
    expect(edited?.issue).toMatchObject({ title: "New", body: "new" });
    expect(Date.parse(edited?.bodyEditedAt ?? "")).toBeGreaterThanOrEqual(Date.parse(command.createdAt));
    expect(Date.parse(edited?.commentEditedAt ?? "")).toBeGreaterThanOrEqual(Date.parse(command.createdAt));
  });

  test("a commanded issue is absent when it, or the command, is not there", async () => {
    const { forge, openIssue, comment, deleteComment } = await open();
    const { number } = await openIssue({ title: "T", body: "", author: "ada" });
    const { id, nodeId } = await comment("ada", number, "/plan");
    expect(await forge.issues.getCommanded(99_999, { nodeId })).toBeUndefined();
    await deleteComment(id);
    expect(await forge.issues.getCommanded(number, { nodeId })).toBeUndefined();
  });

  test("closing says why, and may be done twice", async () => {
    const { forge, openIssue } = await open();
    const parent = await openIssue({ title: "Plan", body: "", author: "ada" });
    const made = await forge.issues.createTasks(parent, newTasks(2));
    const [one, two] = [...made.values()];
    await forge.issues.close(one?.number ?? 0, "completed");
    await forge.issues.close(one?.number ?? 0, "completed");
    await forge.issues.close(two?.number ?? 0, "not_planned");
    const { issues } = await forge.plans.observe({ issue: parent.number, branches: [] });
    expect(issues.map(({ state, reason }) => ({ state, reason }))).toEqual([
      { state: "closed", reason: "completed" },
      { state: "closed", reason: "not_planned" },
    ]);
    await expect(forge.issues.close(99_999, "completed")).rejects.toMatchObject({ code: "forge-not-found" });
  });
}

/** T1 … T<count>, each with a label of its own beside the common one. */
export function newTasks(count: number): NewTaskIssue[] {
  return Array.from({ length: count }, (_, index) => ({
    key: `T${index + 1}` as const,
    title: `Task ${index + 1}`,
    body: `Do ${index + 1}`,
    labels: ["coppice:queued"],
  }));
}
