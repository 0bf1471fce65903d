import { afterAll, describe, expect, it } from "vitest";
import { listProcesses } from "../support/process-list.ts";
import { makeRepository, removeFolder, startUpProcess, type UpProcess, until } from "../support/up-process.ts";

/** Found among all processes by its number; longer than any test. */
const nap = `sleep 300.${process.pid}`;
const words = ["--workers", "1", "--planner", "keywords", "--agent", `command:${nap}`, "--dangerously-no-sandbox"];
let folder: string;
let up: UpProcess;

afterAll(async () => {
  await up?.stop();
  await removeFolder(folder);
});

async function openPlan() {
  folder = await makeRepository({ "README.md": "# Sample\n", ".github/coppice.yml": "max-agents: 1\n" });
  up = await startUpProcess(folder, words);
  const place = { owner: up.ready.owner, repo: up.ready.repo };
  const { issues } = up.octokit;
  const issue = (await issues.create({ ...place, title: "Work" })).data.number;
  return {
    say: (body: string) => issues.createComment({ ...place, issue_number: issue, body }),
    /** The first comment of the thread that is not a person's: the plan. */
    async shows(text: string) {
      await until(`the plan comment to say "${text}"`, async () => {
        const { data } = await issues.listComments({ ...place, issue_number: issue });
        return data.some(({ body }) => body?.startsWith("<!-- coppice:plan=") && body.includes(text));
      });
    },
    async tasks() {
      const { data } = await issues.listSubIssues({ ...place, issue_number: issue, per_page: 100 });
      return data.map(({ number, title, state, state_reason, labels }) => ({
        ...{ number, title, state, reason: state_reason ?? undefined },
        labels: labels.map((label) => (typeof label === "string" ? label : (label.name ?? ""))),
      }));
    },
    async blockers(number: number) {
      const { data } = await issues.listDependenciesBlockedBy({ ...place, issue_number: number });
      return data.map((blocker) => blocker.title);
    },
  };
}

async function agents(): Promise<number> {
  const all = await listProcesses();
  // The hub's own command line names the agent too.
  return all.filter(({ commandLine }) => commandLine.includes(nap) && !commandLine.includes("command:")).length;
}

describe("a plan that runs", { timeout: 240_000 }, () => {
  it("is amended on its issues once that is approved, and given up by /cancel with nothing left running", async () => {
    const plan = await openPlan();
    await plan.say("/plan Write the server and the client");
    await plan.shows("a draft, waiting for approval");
    await plan.say(
      "/edit\n```yaml\ngoal: Work\ntasks:\n  - {key: T1, title: First}\n  - {key: T2, title: Second, needs: [T1]}\n  - {key: T3, title: Third, needs: [T2]}\n```",
    );
    await plan.shows("**Goal:** Work");
    await plan.say("/approve r2");
    const [first, second, third] = await until("three issues", async () => {
      const numbers = (await plan.tasks()).map(({ number }) => number);
      return numbers.length === 3 && numbers;
    });
    await until("the last to wait for the second", async () => (await plan.blockers(third ?? 0)).length > 0);
    await until("an agent at work", async () => (await agents()) > 0);
    await plan.say("/amend remove T2\n/amend modify T3 title: Last\n/amend assign T3 docs-writer\n/amend add Beside");
    await plan.shows("waits for approval");
    expect(await plan.blockers(third ?? 0)).toEqual(["Second"]);
    await plan.say("/approve r3");
    await until("the issues to say what was amended", async () => {
      const tasks = await plan.tasks();
      const labels = tasks.map((task) => task.labels.toSorted().join(" "));
      const blockers = await plan.blockers(third ?? 0);
      return (
        tasks[1]?.state === "closed" &&
        tasks.map(({ title }) => title).join() === "First,Second,Last,Beside" &&
        labels[1] === "agent:backend-systems-engineer" &&
        labels[2] === "agent:docs-writer coppice:queued" &&
        blockers.join() === "First"
      );
    });
    expect((await plan.tasks()).map(({ state, reason }) => reason ?? state)).toEqual([
      ...["open", "not_planned", "open", "open"],
    ]);
    expect(await agents()).toBeGreaterThan(0);
    expect([first, second]).toEqual((await plan.tasks()).slice(0, 2).map(({ number }) => number));

    await plan.say("/cancel");
    await plan.shows("cancelled by");
    await until("everything to be given up", async () => {
      const tasks = await plan.tasks();
      const labels = tasks.flatMap((task) => task.labels.filter((name) => name.startsWith("coppice:")));
      return tasks.every(({ reason }) => reason === "not_planned") && labels.length === 0 && (await agents()) === 0;
    });
  });
});
