import { expect } from "vitest";
import { newLife } from "../../../reconciler/life.ts";
import { openStage, task } from "../../../reconciler/stage.ts";
import { chaos } from "../../chaos.ts";
import { startMemoryHub } from "../../hub/memory-hub.ts";

/** What a newer Coppice may have written, by the file it stands in. */
const newer = {
  "record.yaml": (text: string) => text.replace("version: 1", "version: 2"),
  "plan.yaml": (text: string) => `${text}whatever: is new\n`,
  ".json": (text: string) => text.replace('"version": 1', '"version": 2'),
  "marks.yaml": (text: string) => text.replace("version: 1", "version: 2"),
} as const;

chaos(20, "states of a newer version", async ({ count }) => {
  let reads = 0;
  for (const [ending, upgrade] of Object.entries(newer).slice(0, count)) {
    const stage = openStage({ config: "merge: manual" });
    const { repository } = stage.forge;
    const plan = stage.approve([task("T1")]);
    const hub = startMemoryHub(stage, newLife());
    const issue = stage.people.openIssue({ title: "Another goal" }).number;
    const say = async (body: string) => {
      stage.people.comment("ada", issue, body);
      hub.enqueue({ kind: "issue", repository, issue });
      await stage.pass(5_000);
    };
    await say("/plan Add a greeting");
    await stage.until(() => stage.world.pulls.size === 1);
    const files = () => stage.world.ledger.at(-1)?.files ?? new Map<string, string>();
    const [path, text] = [...files()].find(([name]) => name.endsWith(ending)) ?? ["", ""];
    const upgraded = upgrade(text);
    expect(upgraded, `${ending} of ${path}`).not.toBe(text);
    stage.people.commitLedger(stage.forge.botLogin, [{ path, text: upgraded }], "by a newer Coppice");
    hub.enqueue({ kind: "push", repository, branch: "coppice-ledger", head: stage.world.ledger.at(-1)?.oid ?? "" });
    stage.people.merge([...stage.world.pulls.keys()][0] ?? 0);
    hub.enqueue({ kind: "repository", repository });
    for (const body of ["/add Extra", "/approve r1", "/status"]) await say(body);
    await stage.pass(30 * 60_000);
    expect(files().get(path), `${path} is as the newer one wrote it`).toBe(upgraded);
    expect(stage.world.issues.has(plan)).toBe(true);
    reads += 1;
    await hub.stop();
  }
  return { files: reads, rewritten: 0 };
});
