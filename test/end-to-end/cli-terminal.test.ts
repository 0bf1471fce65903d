import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  childEnvironment,
  coppice,
  git,
  makeRepository,
  removeFolder,
  startUpProcess,
  type UpProcess,
} from "../support/up-process.ts";
import { hasTmux, openTerminal, type Terminal } from "./tmux.ts";

const main = join(import.meta.dirname, "../../dist/src/cli/main.js");
const menu = /\[p\]roceed .*\n> *$/;
const agent = 'command:echo "$COPPICE_TASK_TITLE" > "$COPPICE_TASK_KEY.txt"';
const goal = "Greet people by name";

let folder: string;
let up: UpProcess;
const open: Terminal[] = [];

beforeAll(async () => {
  folder = await makeRepository({ "README.md": "# Sample\n", ".github/coppice.yml": "verify: test -f README.md\n" });
  up = await startUpProcess(folder, ["--planner", "keywords", "--merge", "auto", "--workers", "0"]);
});

afterAll(async () => {
  await Promise.all(open.map((terminal) => terminal.close()));
  await up?.stop();
  await removeFolder(folder);
});

async function terminal(...words: string[]): Promise<Terminal> {
  const environment = childEnvironment(folder, { EDITOR: "sed -i 's/Name the release/Name the edition/'" });
  const opened = await openTerminal([process.execPath, main, ...words], { folder, environment });
  open.push(opened);
  return opened;
}

describe.skipIf(!(await hasTmux()))("a plan in a real terminal", { timeout: 120_000 }, () => {
  it("is made, talked about, changed, taken back, edited and approved, and its work is done by a worker that runs until nothing is left", async () => {
    const at = await terminal("plan", goal);
    const first = await at.shows(menu);
    expect(first).toContain("Opened #1: http://127.0.0.1:");
    expect(first).toMatch(/Plan #1 r1: a draft, waiting for approval/);
    const keys = tasksIn(first);
    expect(keys.length).toBeGreaterThanOrEqual(3);

    await at.type("a Name the release after T1 priority:high");
    expect(await at.shows(menu)).toMatch(/Plan #1 r2: [\s\S]* Name the release .* T1 +high/);
    await at.type("s");
    await at.shows(/Task, and how: *$/);
    await at.type("T2 into 2");
    const split = await at.shows(menu);
    expect(split).toContain("Plan #1 r3:");
    expect(tasksIn(split)).toHaveLength(keys.length + 2);
    await at.type("u");
    expect(tasksIn(await at.shows(menu))).toEqual([...keys, `T${keys.length + 1}`]);
    await at.type("e");
    expect(await at.shows(menu)).toMatch(/Plan #1 r5: [\s\S]* Name the edition /);

    await at.type("r T99");
    expect(await at.shows(menu)).toMatch(/Not done: T99 is not in this plan; it has T1 to T/);
    await at.type("what now?");
    expect(await at.shows(menu)).toContain("There is no choice “what now?”");
    await at.type("v");
    expect(await at.shows(menu)).toMatch(/T1 Design: [\s\S]* It is covered by tests/);
    await at.type("/approve r4");
    expect(await at.shows(menu)).toMatch(/Not done: .*r5/);

    await at.type("p");
    await at.shows(/Approve r5\? \[y\/N\] *$/);
    await at.type("y");
    expect(await at.shows(/0 of \d+ done/)).toContain("Approved r5.");
    const words = ["run", "--until-idle", "--agent", agent, "--dangerously-no-sandbox", "--timeout", "100"];
    const worked = await coppice(words, { folder });
    expect(worked.stderr).toBe("");
    expect(worked.stdout).toMatch(
      /^run-\S+-1 works for http[\s\S]*T1 done, pull request #\d+[\s\S]*Nothing is left to do\.$/,
    );
    expect(worked.exitCode).toBe(0);
    const end = await at.shows(/exit \d+/);
    expect(end).toMatch(/Plan #1 is done: (\d+) of \1 tasks done\./);
    expect(end).toContain("exit 0");
    const merged = await git(folder, "ls-remote", `${up.ready.gitUrl}/${up.ready.owner}/${up.ready.repo}.git`, "main");
    expect(merged).not.toContain(await git(folder, "rev-parse", "HEAD"));
  });

  it("stays when somebody leaves by Ctrl-C, and goes on where it was", async () => {
    const at = await terminal("plan", goal);
    await at.shows(menu);
    await at.press("C-c");
    const left = await at.shows(/exit \d+/);
    expect(left).toMatch(/The plan stays on http\S+; go on with:\s+coppice plan-continue (\d+)/);
    expect(left).toContain("exit 130");
    const issue = /plan-continue (\d+)/.exec(left)?.[1] ?? "";
    const again = await terminal("plan-continue", issue);
    expect(await again.shows(menu)).toContain(`Plan #${issue} r1:`);
    await again.type("p");
    await again.shows(/\[y\/N\] *$/);
    await again.type("");
    expect(await again.shows(menu)).not.toContain("Approved");
    await again.press("C-d");
    expect(await again.shows(/exit \d+/)).toContain("exit 0");
  });
});

/** The keys of the table's rows. */
function tasksIn(text: string): string[] {
  return [...text.matchAll(/^ {2}(T\d+) /gm)].map((match) => match[1] ?? "");
}
