import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { faultsNotice, faultsReport, readFaultsFile } from "../../../src/cli/up/faults-file.ts";
import { numbersOfGithub } from "../../../src/forge/limits/numbers.ts";
import { eventually, startWorld } from "../support.ts";

const document = readFileSync("docs/FAULTS.md", "utf8");
const example = /```yaml\n(.*?)```/s.exec(document)?.[1] ?? "";
const sample = { owner: "ada", repo: "sample" };

async function inFile<Result>(text: string, look: (path: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), "faults-"));
  const path = join(folder, "faults.yml");
  await writeFile(path, text);
  return look(path).finally(() => rm(folder, { recursive: true }));
}

test("the document's example is read, and does on the forge what it says", async () => {
  const plan = await inFile(example, readFaultsFile);
  const kinds = [...document.matchAll(/fault: ([a-z]+)/g)].map((match) => match[1]);
  expect(new Set(kinds)).toEqual(
    new Set(["status", "reset", "timeout", "limited", "stale", "drop", "double", "delay", "shuffle"]),
  );
  const world = await startWorld();
  await world.ada.repos.createForAuthenticatedUser({ name: "sample", auto_init: true });
  world.forge.admin.setFaults(plan);
  let failed = 0;
  for (let at = 0; at < 12; at += 1) {
    await world.ada.issues.create({ ...sample, title: `${at}` }).catch(() => {
      failed += 1;
    });
  }
  const { status, reset, after, limited } = world.forge.admin.faultsSeen();
  expect(reset).toBe(3);
  expect(after).toBeGreaterThanOrEqual(3);
  expect(failed).toBeGreaterThanOrEqual(reset + status + limited);
  await eventually(() => {
    world.forge.admin.advance(10_000);
    const { drop, shuffle } = world.forge.admin.faultsSeen();
    return drop > 0 && shuffle > 0;
  });
  expect(faultsReport(world.forge.admin.faultsSeen())).toMatch(/^Faults met: .*reset 3.*\.$/);
  world.forge.admin.setFaults(undefined);
  const { data } = await world.ada.issues.listForRepo(sample);
  expect(data.length).toBeGreaterThanOrEqual(3);
  await world.close();
});

test("the document names every limit and GitHub's number for it", () => {
  const text = document.replace(/\s+/g, " ").replaceAll(",000", "000");
  for (const [name, number] of Object.entries(numbersOfGithub)) {
    expect(text).toContain(`\`${name}\``);
    expect(text).toMatch(new RegExp(`\\b${number}\\b`));
  }
});

test("a file that is wrong is refused in one line that says where", async () => {
  const wrong: readonly (readonly [text: string, words: RegExp])[] = [
    ["requests:\n  - fault: status\n    share: 2\n", /faults\.yml:3: requests\.0\.share: /],
    ["requests:\n  - fault: explode\n", /requests\.0\.fault: .*status, reset, timeout, limited or stale/],
    ["deliveries:\n  - fault: status\n", /deliveries\.0\.fault: .*drop, double, delay or shuffle/],
    [
      "requests:\n  - fault: reset\n    route: GET /repo/*\n",
      /requests\[0\]\.route: no route is called "GET \/repo\/\*"/,
    ],
    ["limits: gitlab\n", /limits: .*github/],
    ["limits:\n  primery: 3\n", /limits: .*primery/],
    ["sed: 3\n", /sed/],
    ["a: [\n", /faults\.yml:/],
  ];
  for (const [text, words] of wrong) {
    const error = await inFile(text, readFaultsFile).then(String, (cause: unknown) => cause);
    expect(error, text).toMatchObject({ code: "bad-input", message: expect.stringMatching(words) });
    expect(String(error)).not.toContain("\n");
  }
  await expect(readFaultsFile("/nowhere/faults.yml")).rejects.toThrow(/\/nowhere\/faults\.yml: .*\(ENOENT\)/);
});

test("people are told what is on", async () => {
  const plan = await inFile('{"seed": 4, "requests": [{"fault": "reset"}], "limits": "github"}', readFaultsFile);
  expect(faultsNotice("faults.json", plan)).toBe(
    "The forge misbehaves on purpose: faults.json, 1 rule, seed 4, and GitHub's limits are kept.",
  );
});
