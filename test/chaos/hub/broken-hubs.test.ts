import { expect, it } from "vitest";
import { CoppiceError } from "../../../src/core/errors.ts";
import type { Forge } from "../../../src/ports/forge/forge.ts";
import type { Stage } from "../../reconciler/stage.ts";
import { openStage } from "../../reconciler/stage.ts";
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

it("a hub that believes that webhooks arrive is caught when none does", async () => {
  const nobody = () => ({ send: () => undefined, end: () => undefined });
  await expect(playThreads({ seed: 1, comments: 3, webhooks: nobody, isDeaf: true })).rejects.toThrow(
    "it did not come to pass",
  );
});
