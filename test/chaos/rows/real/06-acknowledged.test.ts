import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { deliveryHeaders, hookPath } from "../../../app/support/front.ts";
import type { World } from "../../../app/support/world.ts";
import { eventually, startWorld } from "../../../app/support/world.ts";
import { chaos } from "../../chaos.ts";
import { startAppProcess } from "../../processes/app-process.ts";

/** Longest that the process lives after its answer, milliseconds. */
const longest = 50;

chaos(6, "a process killed right after its 2xx", async ({ count, random }) => {
  const world = await startWorld();
  const { octokit, repository } = world;
  const { data: issue } = await octokit.issues.create({ ...repository, title: "Goal" });
  const written: number[] = [];
  const say = async (url: string, body: string) => {
    const { data } = await octokit.issues.createComment({ ...repository, issue_number: issue.number, body });
    written.push(data.id);
    expect(await tell(url, { issue: issue.number, body })).toBe(202);
  };
  for (let round = 0; round <= count; round += 1) {
    const app = await startAppProcess(world);
    await say(app.url, round === 0 ? "/plan Add a greeting" : round % 2 === 1 ? `/add Extra ${round}` : "/undo");
    if (round === 0) await eventually("the plan", async () => (await applied(world, issue.number)).length === 1);
    else await sleep(random.below(longest));
    await app.end("SIGKILL");
  }
  const last = await startAppProcess(world);
  const isDone = async () => (await applied(world, issue.number)).length >= written.length;
  await eventually("all commands", isDone, 600);
  expect(await applied(world, issue.number)).toEqual(written);
  expect(await last.end("SIGTERM")).toBe(0);
  return { commands: count, lost: 0 };
});

/** Delivers a comment's webhook as the forge would; gives the status it was answered with. */
async function tell(url: string, { issue, body }: { issue: number; body: string }): Promise<number> {
  const author = { login: "octo", type: "User" };
  const repository = { name: "hello", owner: { login: "octo" } };
  const payload = {
    action: "created",
    sender: author,
    issue: { number: issue },
    comment: { user: author, body },
    repository,
  };
  const text = JSON.stringify(payload);
  const headers = await deliveryHeaders("issue_comment", text);
  const answer = await fetch(`${url}${hookPath}`, { method: "POST", body: text, headers });
  return answer.status;
}

/** The comments whose commands are in the ledger, in the order of its revisions. */
async function applied({ octokit, repository }: World, issue: number): Promise<readonly number[]> {
  const path = `plans/${issue}/record.yaml`;
  const found = await octokit.repos.getContent({ ...repository, path, ref: "coppice-ledger" }).catch(() => undefined);
  const text =
    found !== undefined && "content" in found.data ? Buffer.from(found.data.content, "base64").toString() : "";
  return [...text.matchAll(/^ .*comment: (\d+)/gm)].map(([, id]) => Number(id));
}
