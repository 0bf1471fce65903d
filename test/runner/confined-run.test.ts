import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Sandbox } from "../../src/ports/sandbox.ts";
import { openBubblewrap } from "../../src/sandbox/bubblewrap.ts";
import type { Origin } from "../git/origin.ts";
import { git, makeFolder, makeOrigin } from "../git/origin.ts";
import { makeBench, makeOffer } from "./bench.ts";

const sandbox: Sandbox | undefined = await openBubblewrap().catch(() => undefined);

let folder: { path: string; remove(): Promise<void> };
let origin: Origin;

beforeEach(async () => {
  folder = await makeFolder();
  origin = await makeOrigin(folder.path);
});
afterEach(() => folder.remove());

describe.skipIf(!sandbox)("a run under bubblewrap", () => {
  it("lets the agent look back and commit as it likes, while the published commit is ours", async () => {
    const line =
      "git log --format=%s; git status --short; echo a > a; git add a; git commit -qm theirs; git show HEAD:a";
    const bench = await makeBench(folder.path, origin, line, { sandbox });
    const outcome = await bench.run(makeOffer({ verify: ["test -f a && git log -1 --format=%an"] }));
    if (outcome.kind !== "published") throw new Error(`${JSON.stringify(outcome)} ${bench.told.output}`);
    expect(bench.told.output).toContain("change\na\n");
    const log = await git(origin.folder, "log", "--format=%an %s", "refs/heads/coppice/12-task");
    expect(log).toBe("coppice[bot] Add a greeting\nPerson change");
  });

  it("shows the agent neither the mirror's refs nor the index we read with, and lets it spoil nothing of ours", async () => {
    const line = `ls ${folder.path}/one.git ${folder.path}/one-runs/run-1/work; echo spoiled > ${folder.path}/one.git/HEAD; rm -rf ${folder.path}/one.git/objects; echo a > a`;
    const bench = await makeBench(folder.path, origin, line, { sandbox });
    const outcome = await bench.run(makeOffer());
    expect(outcome.kind).toBe("published");
    expect(bench.told.output).not.toMatch(/config|packed-refs|index|settled/);
    expect(await git(`${folder.path}/one.git`, "fsck", "--no-dangling")).toBe("");
  });
});
