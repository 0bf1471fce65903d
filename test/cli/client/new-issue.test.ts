import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { systemClock } from "../../../src/app/system-clock.ts";
import { askOnNewIssue } from "../../../src/cli/client/new-issue.ts";
import { nameWhatIsAway } from "../../../src/cli/client/with-place.ts";
import { unlimited } from "../../../src/core/budget/limits.ts";
import type { FaultPlan } from "../../../src/forge/index.ts";
import { connectWithToken, type PersonalForge } from "../../../src/github/token-connection.ts";
import type { Clock } from "../../../src/ports/clock.ts";
import { formatAnswerMarker } from "../../../src/wire/render/plan-marker.ts";
import { installed, startWorld, type World } from "../../forge/support.ts";

const sample = { owner: "ada", repo: "sample" };
const issuesRoute = "/repos/{owner}/{repo}/issues";
const commentsRoute = "/repos/{owner}/{repo}/issues/{issue_number}/comments";
const reactionsRoute = "/repos/{owner}/{repo}/issues/comments/{comment_id}/reactions";
const command = "/coppice plan Greet people";
/** Waits a fiftieth between tries. */
const impatient: Clock = {
  ...systemClock,
  sleep: (milliseconds, signal) => systemClock.sleep(milliseconds / 50, signal),
};

let world: World;
let forge: PersonalForge;
let count = 0;
let text: string;
let stop: AbortController;

beforeAll(async () => {
  world = await startWorld();
  await world.ada.repos.createForAuthenticatedUser({ name: sample.repo, auto_init: true });
});
beforeEach(async () => {
  stop = new AbortController();
  text = `Greet people ${++count}\nand say goodbye`;
  const repository = { owner: sample.owner, name: sample.repo };
  const options = { baseUrl: world.forge.apiUrl, token: world.token, repository, limits: unlimited };
  forge = await connectWithToken({ ...options, clock: impatient, signal: stop.signal });
});
afterEach(() => {
  stop.abort();
  world.forge.admin.setFaults(undefined);
});
afterAll(() => world.close());

const set = (...requests: NonNullable<FaultPlan["requests"]>) => world.forge.admin.setFaults({ seed: 7, requests });

/** Asks, and has the app answer what it is told. */
async function askIt({ fresh = 5_000, isAnswered = true } = {}) {
  const place = {
    ...{ title: "ada/sample", forge, signal: stop.signal, pace: { first: 5, longest: 40, fresh } },
    plans: { load: async () => undefined, doubt() {} },
  };
  const opened: number[] = [];
  const onOpened = (issue: number) => void opened.push(issue);
  const answering = isAnswered ? answerAll() : undefined;
  const asked = await askOnNewIssue(place, { text, command }, { timeout: 20, onOpened }).catch((error: unknown) =>
    nameWhatIsAway(place, error),
  );
  answering?.();
  return { asked, opened };
}

const commentEvent = z.object({
  action: z.literal("created"),
  issue: z.object({ number: z.number() }),
  comment: z.object({ id: z.number(), body: z.literal(command) }),
});

/** The app, by its webhooks alone: what it would read would meet the faults. Answers every command once, until it is stopped. */
function answerAll(): () => void {
  let isOver = false;
  // From now on: what is told before the app has its token is told to it all the same.
  let seen = world.receiver.received.length;
  const work = async () => {
    const { octokit } = await installed(world);
    for (; !isOver; await systemClock.sleep(10)) {
      for (; seen < world.receiver.received.length; seen++) {
        const event = commentEvent.safeParse(world.receiver.received[seen]?.payload).data;
        if (event === undefined) continue;
        const { id } = event.comment;
        const body = `${formatAnswerMarker(id)}\nHere.`;
        await octokit.issues.createComment({ ...sample, issue_number: event.issue.number, body });
        await octokit.reactions.createForIssueComment({ ...sample, comment_id: id, content: "+1" });
      }
    }
  };
  void work();
  return () => {
    isOver = true;
  };
}

const found = async () => {
  const { data } = await world.ada.issues.listForRepo(sample);
  return data.filter(({ title }) => title === text.split("\n")[0]);
};
const thread = async (number: number) =>
  (await world.ada.issues.listComments({ ...sample, issue_number: number })).data;
/** How often each of the two things is there. */
async function things() {
  const [issue, ...more] = await found();
  const comments = issue === undefined ? [] : await thread(issue.number);
  return { issues: issue === undefined ? 0 : 1 + more.length, commands: comments.filter(isCommand).length };
}
const isCommand = ({ body }: { body?: string }) => body === command;

describe("an issue with a first command", () => {
  it.each(["after", "before"] as const)(
    "is made once when the answers to both requests are lost %s their effect",
    async (when) => {
      const fresh = when === "after" ? 5_000 : 200;
      set(
        { fault: "reset", when, route: `POST ${issuesRoute}`, times: 1 },
        { fault: "status", status: 502, when, route: `POST ${commentsRoute}`, times: 1 },
      );
      const { asked, opened } = await askIt({ fresh });
      expect(asked).toMatchObject({ issue: opened[0], reply: { kind: "done", text: "Here." } });
      expect(await things()).toEqual({ issues: 1, commands: 1 });
    },
  );

  it("is looked for until it shows", async () => {
    set(
      { fault: "reset", when: "after", route: `POST ${issuesRoute}`, times: 1 },
      { fault: "stale", milliseconds: 60_000, route: `GET ${issuesRoute}`, times: 2 },
    );
    expect((await askIt()).asked).toMatchObject({ reply: { kind: "done" } });
    expect(await things()).toEqual({ issues: 1, commands: 1 });
  });

  it("is read until a forge that does not know it yet does", async () => {
    set(
      { fault: "stale", milliseconds: 60_000, route: `GET ${reactionsRoute}`, times: 2 },
      { fault: "stale", milliseconds: 60_000, route: `GET ${commentsRoute}`, times: 2 },
    );
    expect((await askIt()).asked).toMatchObject({ reply: { kind: "done", text: "Here." } });
  });
});

describe("what fails for good is said in one line with what is there", () => {
  const away = "ada/sample cannot be reached: 502 .*";
  const stands = (asked: unknown) => (asked instanceof Error ? asked.message : "");

  it("when the command could not be written", async () => {
    set({ fault: "status", status: 502, route: `POST ${commentsRoute}` });
    const { asked, opened } = await askIt({ fresh: 50, isAnswered: false });
    const how = `#${opened[0]} is open, its command may not be there: coppice plan-continue ${opened[0]}`;
    expect(stands(asked)).toMatch(new RegExp(`^${away}; ${how}$`));
    expect(await things()).toEqual({ issues: 1, commands: 0 });
  });

  it("when the answer could not be read", async () => {
    set({ fault: "status", status: 502, route: `GET ${reactionsRoute}` });
    const { asked, opened } = await askIt({ isAnswered: false });
    const how = `#${opened[0]} is open, its command is there: coppice plan-continue ${opened[0]}`;
    expect(stands(asked)).toMatch(new RegExp(`^${away}; ${how}$`));
  });

  it("when whether the issue is open cannot be known, and it is not opened again", async () => {
    set(
      { fault: "reset", when: "after", route: `POST ${issuesRoute}` },
      { fault: "status", status: 502, route: `GET ${issuesRoute}`, times: 4 },
    );
    const { asked, opened } = await askIt({ isAnswered: false });
    expect(stands(asked)).toMatch(
      /^ada\/sample cannot be reached: no answer \(.*\); the issue may be open all the same: look at http\S+\/ada\/sample\/issues first$/,
    );
    expect(opened).toEqual([]);
    world.forge.admin.setFaults(undefined);
    expect(await things()).toEqual({ issues: 1, commands: 0 });
  });
});
