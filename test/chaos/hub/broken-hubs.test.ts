import { expect, it } from "vitest";
import { CoppiceError } from "../../../src/core/errors.ts";
import type { Forge } from "../../../src/ports/forge/forge.ts";
import type { Stage } from "../../reconciler/stage.ts";
import { openStage } from "../../reconciler/stage.ts";
import type { Law } from "../history/check.ts";
import { check } from "../history/check.ts";
import { historyOf } from "./final-state.ts";
import { playThreads } from "./play.ts";

/** Creates task issues as if nothing could have been created before, and says nothing in them by which they could be found; the first answer is lost. */
function withoutMarkers(stage: Stage): Forge {
  let answers = 0;
  const createTasks: Forge["issues"]["createTasks"] = async (parent, tasks) => {
    const made = tasks.map(
      ({ key, title }) => [key, stage.people.openIssue({ title, parent: parent.number })] as const,
    );
    answers += 1;
    if (answers === 1) throw new CoppiceError("forge-unavailable", "no answer");
    return new Map(made);
  };
  return { ...stage.forge, issues: { ...stage.forge.issues, createTasks } };
}

it("a hub that creates without markers is caught when one answer is lost", async () => {
  const stage = openStage({ config: "merge: auto\nverify: npm test" });
  const played = playThreads({ seed: 1, comments: 3, stage, forgeOf: () => withoutMarkers(stage) });
  await played.catch(() => "it may well never end");
  expect(check(historyOf(stage)).map(({ law }) => law)).toContain("one open item per key");
});

/** Takes what is to be merged for merged. */
function impatient(forge: Forge): Forge {
  const open: Forge["pulls"]["open"] = async (pull) => ({ ...(await forge.pulls.open(pull)), state: "merged" });
  return { ...forge, pulls: { ...forge.pulls, open } };
}

/** Never sees what is written second on an issue. */
function inattentive(forge: Forge, { world }: Stage): Forge {
  const isMissed = ({ id, issue }: { readonly id: number; readonly issue: number }) =>
    [...world.comments.values()].filter((one) => one.issue === issue && one.author === "ada").at(1)?.id === id;
  const comments: Forge["comments"] = {
    ...forge.comments,
    ofIssue: async (...asked) => (await forge.comments.ofIssue(...asked)).filter((one) => !isMissed(one)),
    since: async (time) => (await forge.comments.since(time)).filter((one) => !isMissed(one)),
    async thread(issue, since) {
      const thread = await forge.comments.thread(issue, since);
      return { ...thread, comments: thread.comments.filter((one) => !isMissed({ id: one.id, issue })) };
    },
  };
  return { ...forge, comments };
}

/** Asks for each pull request twice, of a forge that would not mind. */
function doubling(forge: Forge, { world }: Stage): Forge {
  const open: Forge["pulls"]["open"] = async (pull) => {
    const made = await forge.pulls.open(pull);
    const first = world.pulls.get(made.number);
    const number = world.nextNumber++;
    if (first !== undefined) world.pulls.set(number, { ...first, number });
    return made;
  };
  return { ...forge, pulls: { ...forge.pulls, open } };
}

/** Writes down each result as if nobody had, with words of its own. */
function forgetful(forge: Forge): Forge {
  const commit: Forge["ledger"]["commit"] = async (change) => {
    const first = await forge.ledger.commit(change);
    const runs = change.files.filter(({ path }) => /\/runs\/\d+\.json$/.test(path));
    if (first.kind === "moved" || runs.length === 0) return first;
    const files = runs.map(({ path, text }) => ({ path, text: `${text}\n` }));
    return forge.ledger.commit({ ...change, expected: first.head.oid, files });
  };
  return { ...forge, ledger: { ...forge.ledger, commit } };
}

/** Posts twice to be sure. */
function anxious(forge: Forge): Forge {
  const create: Forge["comments"]["create"] = async (...asked) => {
    await forge.comments.create(...asked);
    return forge.comments.create(...asked);
  };
  return { ...forge, comments: { ...forge.comments, create } };
}

it.each<[string, (forge: Forge, stage: Stage) => Forge, Law]>([
  ["takes what is to be merged for merged", impatient, "nothing begins before what it needs"],
  ["does not see a comment", inattentive, "every command is heard once"],
  ["opens pull requests twice", doubling, "one open item per key"],
  ["records results twice", forgetful, "every work is folded once"],
  ["posts twice", anxious, "one open item per key"],
])("a hub that %s is caught", async (_name, forgeOf, law) => {
  const stage = openStage({ config: "merge: auto\nverify: npm test" });
  await playThreads({ seed: 1, comments: 3, stage, forgeOf: (forge) => forgeOf(forge, stage) }).catch(
    () => "it may well never end",
  );
  expect(check(historyOf(stage)).map((violation) => violation.law)).toContain(law);
});

it("a hub that believes that webhooks arrive is caught when none does", async () => {
  const nobody = () => ({ send: () => undefined, end: () => undefined });
  await expect(playThreads({ seed: 1, comments: 3, webhooks: nobody, isDeaf: true })).rejects.toThrow(
    "it did not come to pass",
  );
});
