import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ScriptedAnswer, ScriptedModel, ScriptedRequest } from "../support/scripted-model.ts";
import { startScriptedModel } from "../support/scripted-model.ts";
import {
  childEnvironment,
  coppice,
  makeRepository,
  removeFolder,
  startUpProcess,
  type UpProcess,
} from "../support/up-process.ts";
import { hasTmux, openTerminal, type Terminal } from "./tmux.ts";

const main = join(import.meta.dirname, "../../dist/src/cli/main.js");
const menu = /\[p\]roceed .*\n> *$/;
const agent = 'command:echo "$COPPICE_TASK_TITLE" > "$COPPICE_TASK_KEY.txt"';
const files = {
  "README.md": "# Shop\n\nSessions live in memory.\n",
  "src/sessions.js": "export const lifetime = 3600;\nexport function open() {}\n",
  "src/login.js": "import { open } from './sessions.js';\n",
  ".github/coppice.yml": "verify: test -f README.md\n",
};

const task = (key: string, title: string, needs: readonly string[] = [], more: object = {}) => ({
  ...{ key, title, needs, description: `${title}, as the README says.`, acceptance: ["It is there"] },
  ...{ specialist: "backend-systems-engineer", phase: "implementation", touches: [], ...more },
});
const plan = {
  tasks: [
    task("T1", "Describe what a session is", [], { phase: "design", specialist: "specifications-engineer" }),
    task("T2", "Store sessions on disk", ["T1"]),
    task("T3", "Move what is in memory", ["T1"]),
  ],
};

/** Plans with a question, looks twice into the code before it answers, and proposes a change. */
function script({ asked, turn, heard }: ScriptedRequest): ScriptedAnswer {
  if (asked.includes("submit_plan")) {
    const questions = { name: "ask_questions", input: { questions: ["May the file be lost at an upgrade?"] } };
    return [questions, { name: "submit_plan", input: plan }];
  }
  if (asked.includes("kind split")) {
    const parts = [task("T1", "Move the sessions"), task("T2", "Test the migration", ["T1"], { phase: "testing" })];
    return [{ name: "propose_changes", input: { changes: [{ kind: "split", key: "T3", parts }] } }];
  }
  if (turn === 0) return [{ name: "read_file", input: { path: "src/sessions.js" } }];
  if (turn === 1) {
    const change = { title: `Store sessions for ${/lifetime = (\d+)/.exec(heard.join())?.[1]} s` };
    return [
      { name: "search", input: { words: "sessions.js" } },
      { name: "propose_changes", input: { changes: [{ kind: "modify", key: "T2", change }] } },
    ];
  }
  return ["The lifetime is **3600 s** and is lost at a restart."];
}

let folder: string;
let model: ScriptedModel;
let up: UpProcess;
const open: Terminal[] = [];

beforeAll(async () => {
  folder = await makeRepository(files);
  model = await startScriptedModel(script);
  const environment = { ANTHROPIC_API_KEY: "none", ANTHROPIC_BASE_URL: model.url };
  up = await startUpProcess(folder, ["--merge", "auto", "--workers", "0", "--dangerously-no-sandbox"], environment);
});

afterAll(async () => {
  await Promise.all(open.map((terminal) => terminal.close()));
  await up?.stop();
  await model?.stop();
  await removeFolder(folder);
});

async function terminal(...words: string[]): Promise<Terminal> {
  const environment = childEnvironment(folder, { EDITOR: "sed -i 's/Name the release/Name the edition/'" });
  const opened = await openTerminal([process.execPath, main, ...words], { folder, environment });
  open.push(opened);
  return opened;
}

const tmux = await hasTmux();
const title = tmux ? "a plan in a real terminal" : "a plan in a real terminal (skipped: tmux is not installed here)";

describe.skipIf(!tmux)(title, { timeout: 240_000 }, () => {
  it("is made, talked about, changed, taken back, edited and approved, and its work is done by a worker that runs until nothing is left", async () => {
    const at = await terminal("plan", "Keep sessions over a restart");
    const first = await at.shows(menu);
    expect(first).toMatch(/Opened #1: http[\s\S]*Plan #1 r1: a draft, waiting for approval/);
    expect(tasksIn(first)).toEqual(["T1", "T2", "T3"]);
    expect(first).toContain("Q1 May the file be lost at an upgrade? (/coppice answer Q1 …)");

    await at.type("d");
    await at.shows(/Say or ask: *$/);
    await at.type("Is the store enough for T2?");
    const answer = await at.shows(menu);
    expect(answer).toContain("The lifetime is 3600 s and is lost at a restart.");
    expect(answer).toMatch(/Proposal P1[\s\S]*\/accept p1/);
    expect(model.requests.at(-1)?.heard.join()).toContain("src/login.js:1: import { open }");
    await at.type("/accept p1");
    expect(await at.shows(menu)).toMatch(/Plan #1 r2: [\s\S]* T2 +Store sessions for 3600 s /);

    await at.type("a Name the release after T1 priority:high");
    expect(await at.shows(menu)).toMatch(/Plan #1 r3: [\s\S]* T4 +Name the release .* T1 +high/);
    await at.type("s T3 into 2");
    expect(tasksIn(await at.shows(menu))).toEqual(["T1", "T2", "T5", "T6", "T4"]);
    await at.type("u");
    expect(tasksIn(await at.shows(menu))).toEqual(["T1", "T2", "T3", "T4"]);
    await at.type("e");
    expect(await at.shows(menu)).toMatch(/Plan #1 r6: [\s\S]* T4 +Name the edition /);

    await at.type("r T99");
    expect(await at.shows(menu)).toMatch(/Not done: T99 is not in this plan; it has T1 to T4/);
    await at.type("what now?");
    expect(await at.shows(menu)).toContain("There is no choice “what now?”");
    await at.type("v");
    expect(await at.shows(menu)).toMatch(/T1 Describe what a session is[\s\S]*- It is there/);
    await at.type("/approve r5");
    expect(await at.shows(menu)).toMatch(/Not done: .*r6/);
    await at.type("p");
    await at.shows(/Approve r6\? \[y\/N\] *$/);
    await at.type("y");
    expect(await at.shows(menu)).toMatch(/Not done: .*Q1/);
    await at.type("/answer Q1 No");
    expect(await at.shows(menu)).not.toContain("Not done");

    await at.type("p");
    await at.shows(/Approve r6\? \[y\/N\] *$/);
    await at.type("y");
    expect(await at.shows(/0 of 4 done/)).toContain("Approved r6.");
    const words = ["run", "--until-idle", "--agent", agent, "--dangerously-no-sandbox", "--timeout", "200"];
    const worked = await coppice(words, { folder });
    expect(worked.stderr).toBe("");
    expect(worked.stdout).toMatch(
      /^run-\S+-1 works for http[\s\S]*T1 done, pull request #\d+[\s\S]*Nothing is left to do\.$/,
    );
    expect(worked.exitCode).toBe(0);
    const end = await at.shows(/exit \d+/);
    expect(end).toContain("Plan #1 is done: 4 of 4 tasks done.");
    expect(end).toContain("exit 0");
  });

  it("stays when somebody leaves by Ctrl-C, and goes on where it was", async () => {
    const at = await terminal("plan", "Greet people by name");
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
