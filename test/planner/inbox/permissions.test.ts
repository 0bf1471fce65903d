import { describe, expect, test } from "vitest";
import { defaultPolicy } from "../../../src/core/queue/policy.ts";
import { openInbox } from "../../../src/planner/inbox.ts";
import type { Verb } from "../../../src/wire/commands/command.ts";
import { verbs } from "../../../src/wire/commands/registry.ts";
import type { CommentEvent, Identity, Verdict } from "../../../src/wire/commands/who-may.ts";
import { commentEvents, identities } from "../../../src/wire/commands/who-may.ts";
import { setUp } from "./support.ts";

/** What each verb would do on the stage below, were it obeyed. */
const words: Readonly<Record<Verb, string>> = {
  plan: "/plan Build a dashboard",
  discuss: "/discuss Is that enough?",
  answer: "/answer Q1 yes",
  accept: "/accept P1",
  add: "/add Another task",
  modify: "/modify T1 title: Something else",
  split: "/split T1 into 2",
  remove: "/remove T1",
  assign: "/assign T1 docs-writer",
  edit: "/edit",
  undo: "/undo",
  amend: "/amend add More",
  approve: "/approve r1",
  submit: "/submit Fix the footer",
  cancel: "/cancel",
  pause: "/pause",
  resume: "/resume T1",
  stop: "/stop T1",
  retry: "/retry T1",
  priority: "/priority T1 low",
  view: "/view",
  plans: "/plans",
  status: "/status",
  agents: "/agents",
  help: "/help",
};

function stage() {
  const policy = { ...defaultPolicy, bots: ["helper[bot]"] };
  const at = setUp({ policy: async () => policy });
  for (const level of ["admin", "maintain", "write", "triage", "read", "none"] as const) at.people.permit(level, level);
  at.people.permit("robot[bot]", "admin");
  at.people.permit("gone", "write");
  at.people.suspend("gone");
  return at;
}

const logins: Readonly<Record<Identity, string>> = {
  admin: "admin",
  maintain: "maintain",
  write: "write",
  triage: "triage",
  read: "read",
  none: "stranger",
  bot: "robot[bot]",
  "named-bot": "helper[bot]",
  "own-app": "coppice[bot]",
  suspended: "gone",
};

/** What whoever may discuss may write; everything else needs somebody who may write. */
const asking: readonly Verb[] = ["discuss", "view", "plans", "status", "agents", "help"];

/** These mean a plan that is carried out. */
const steering: readonly Verb[] = ["pause", "resume", "stop", "retry", "priority", "assign"];

/** How a verb that asks, and one that changes something, are met: written out, so that the table has something to be held against. */
const rows: Readonly<Record<Identity, Readonly<Record<CommentEvent, readonly [Verdict, Verdict]>>>> = {
  admin: { created: ["obeyed", "obeyed"], edited: ["asked-again", "asked-again"], deleted: ["ignored", "ignored"] },
  maintain: { created: ["obeyed", "obeyed"], edited: ["asked-again", "asked-again"], deleted: ["ignored", "ignored"] },
  write: { created: ["obeyed", "obeyed"], edited: ["asked-again", "asked-again"], deleted: ["ignored", "ignored"] },
  triage: { created: ["obeyed", "reaction"], edited: ["asked-again", "reaction"], deleted: ["ignored", "ignored"] },
  read: { created: ["reaction", "reaction"], edited: ["reaction", "reaction"], deleted: ["ignored", "ignored"] },
  none: { created: ["reaction", "reaction"], edited: ["reaction", "reaction"], deleted: ["ignored", "ignored"] },
  bot: { created: ["ignored", "ignored"], edited: ["ignored", "ignored"], deleted: ["ignored", "ignored"] },
  "named-bot": {
    created: ["obeyed", "obeyed"],
    edited: ["asked-again", "asked-again"],
    deleted: ["ignored", "ignored"],
  },
  "own-app": { created: ["ignored", "ignored"], edited: ["ignored", "ignored"], deleted: ["ignored", "ignored"] },
  suspended: { created: ["reaction", "reaction"], edited: ["reaction", "reaction"], deleted: ["ignored", "ignored"] },
};

const cells = identities.flatMap((identity) =>
  commentEvents.flatMap((event) => verbs.map((verb) => ({ identity, event, verb }))),
);

describe("who may what", () => {
  test("the table holds every identity, event and verb", () => {
    expect(cells).toHaveLength(10 * 3 * verbs.length);
    expect(Object.keys(words).sort()).toEqual([...verbs].sort());
  });

  test.each(identities.flatMap((identity) => commentEvents.map((event) => [identity, event] as const)))(
    "%s, comment %s: every verb is met as the table says",
    async (identity, event) => {
      for (const verb of verbs) {
        const [asks, changes] = rows[identity][event];
        const wanted = asking.includes(verb) ? asks : changes;
        expect(`${verb}: ${await tried(identity, event, verb)}`).toBe(`${verb}: ${wanted}`);
      }
    },
  );

  test("an error of the permission API denies: nothing is done, nothing is said, and it is tried again", async () => {
    for (const verb of verbs) {
      const at = stage();
      await at.tell("/plan Build a REST API");
      const before = await at.load();
      const commits = at.world.ledger.length;
      at.journal.fail({ verb: "permissions.of", times: 2 });
      const id = at.say(words[verb], at.issue, "write");
      await expect(at.inbox.handle(at.issue)).rejects.toThrow("permissions.of");
      await expect(at.inbox.handle(at.issue)).rejects.toThrow("permissions.of");
      expect(await at.load()).toEqual(before);
      expect(at.world.ledger).toHaveLength(commits);
      expect([at.answersTo(id), at.reactions(id)]).toEqual([[], []]);
      await at.inbox.handle(at.issue);
      expect(at.reactions(id)).not.toEqual([]);
    }
  });

  test("logins are compared as GitHub does: whatever their case", async () => {
    const policy = { ...defaultPolicy, bots: ["Helper[bot]"] };
    const at = setUp({ policy: async () => policy });
    await at.tell("/plan Build a REST API", at.issue, "helper[bot]");
    expect(await at.load()).toBeDefined();
  });

  test("the most demanding line of a comment counts for all of it", async () => {
    const at = stage();
    await at.tell("/plan Build a REST API");
    const id = await at.tell("/view\n/add One more", at.issue, "triage");
    expect([at.answersTo(id), at.reactions(id)]).toEqual([[], ["confused"]]);
    expect((await at.load())?.record.revision).toBe(1);
  });
});

/** What became of one verb by one identity, seen from outside. */
async function tried(identity: Identity, event: CommentEvent, verb: Verb): Promise<Verdict> {
  const at = stage();
  await at.tell("/plan Build a REST API");
  if (steering.includes(verb)) await at.tell("/approve r1");
  const before = JSON.stringify(await at.load());
  const body = event === "edited" ? "hello" : words[verb];
  const id = at.say(body, at.issue, logins[identity]);
  at.clock.advance(5_000);
  if (event === "edited") at.people.editComment(id, words[verb]);
  if (event === "deleted") at.people.deleteComment(id);
  await at.inbox.handle(at.issue);
  await openInbox(at.options).sweep();
  const [answers, reactions] = [at.answersTo(id), at.reactions(id)];
  const unchanged = JSON.stringify(await at.load()) === before;
  if (answers.length === 0 && reactions.length === 0 && unchanged) return "ignored";
  if (answers.length === 0 && reactions.join() === "confused" && unchanged) return "reaction";
  if (answers.length === 1 && /write it again as a new comment/.test(answers[0] ?? "") && unchanged)
    return "asked-again";
  return "obeyed";
}
