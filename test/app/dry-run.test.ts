import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { expect, onTestFinished, test, vi } from "vitest";
import { readArguments } from "../../src/app/arguments.ts";
import type { DryRun } from "../../src/app/dry-run.ts";
import { dryRun, formatDryRun } from "../../src/app/dry-run.ts";
import { exitCodeFor } from "../../src/app/exit-code.ts";
import { startApp } from "../../src/app/start.ts";
import { environmentOf } from "./support/environment.ts";
import { startWorld, type World } from "./support/world.ts";

const main = join(import.meta.dirname, "../../dist/src/app/main.js");

/** Asking by POST: for a token, by a query, and for objects by git. */
const readingRoutes =
  /^(GET |HEAD |POST \/app\/installations\/\{installation_id\}\/access_tokens$|POST .*git-upload-pack$)/;
const queries = /^POST \/graphql SubIssues$/;

/** Acts, and gives what the forge was asked meanwhile that is no reading; no ref may have moved. */
async function writesDuring({ forge }: World, act: () => Promise<unknown>) {
  const counts = () => new Map(forge.requests().map(({ route, count }) => [route, count]));
  const refs = async () => (await execa("git", ["ls-remote", `${forge.gitUrl}/octo/hello.git`])).stdout;
  const refsBefore = await refs();
  const before = counts();
  await act();
  const asked = [...counts()].flatMap(([route, count]) => (count === before.get(route) ? [] : [route]));
  expect(await refs()).toBe(refsBefore);
  expect(refsBefore).toContain("refs/heads/main");
  expect(asked, "it has looked").toContain("GET /repos/{owner}/{repo}/git/ref/{ref}");
  return asked.filter((route) => !readingRoutes.test(route) && !queries.test(route));
}

async function look(world: World): Promise<DryRun> {
  let seen: DryRun | undefined;
  const writes = await writesDuring(world, async () => {
    seen = await dryRun(world.options, AbortSignal.timeout(60_000));
  });
  expect(writes).toEqual([]);
  if (seen === undefined) throw new Error("it has not looked");
  return seen;
}

/** The app goes over everything once, and ends. */
async function work({ options }: World): Promise<void> {
  const app = await startApp(options);
  await app.reconcileNow().finally(() => app.stop());
}

test("from the installation on, the app's dry run says what it would do, and writes nothing: no ledger, no ref, no comment", async () => {
  const world = await startWorld();
  const { octokit, repository } = world;
  const folder = await mkdtemp(join(tmpdir(), "coppice-dry-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  vi.stubEnv("TMPDIR", folder);
  onTestFinished(() => void vi.unstubAllEnvs());
  const { data: issue } = await octokit.issues.create({ ...repository, title: "Say hello", body: "" });
  const thread = { ...repository, issue_number: issue.number };
  await octokit.issues.createComment({ ...thread, body: "/plan Add a greeting and a farewell" });
  const fresh = await look(world);
  expect(fresh.problems).toEqual([]);
  expect(fresh.repositories).toMatchObject([{ repository: "octo/hello", plans: [] }]);
  expect(formatDryRun(fresh)).toContain(`#${issue.number} by octo: /plan Add a greeting and a farewell`);
  await work(world);
  await octokit.issues.createComment({ ...thread, body: "/approve r1" });
  const drafted = await look(world);
  const draft = drafted.repositories[0]?.plans[0];
  expect(draft).toMatchObject({ status: "draft", effects: [], onceApproved: { starts: [{ task: "T1" }] } });
  expect(drafted.repositories[0]?.unread?.map(({ commands }) => commands)).toEqual([["/approve r1"]]);
  await work(world);
  const approved = (await look(world)).repositories[0];
  const first = approved?.plans[0]?.starts[0];
  expect(approved).toMatchObject({ workers: 0, unread: [], plans: [{ status: "approved" }] });
  expect(first?.task).toBe("T1");
  expect((await octokit.issues.get({ ...repository, issue_number: first?.issue ?? 0 })).data.state).toBe("open");
  expect(await readdir(folder), "what was fetched is gone").toEqual([]);
});

test("the process prints it and ends; a forge that is away makes it end with 1, a wrong key is told", async () => {
  const world = await startWorld();
  const signal = AbortSignal.timeout(60_000);
  const env = environmentOf(world);
  // The forge that is away is asked again meanwhile.
  const [json, away, stranger] = await Promise.all([
    execa(process.execPath, [main, "--dry-run", "--json"], { reject: false, extendEnv: false, env }),
    errorOf(dryRun({ ...world.options, apiUrl: "http://127.0.0.1:9" }, signal)),
    errorOf(dryRun({ ...world.options, appId: 4_000_000 }, signal)),
  ]);
  expect(JSON.parse(json.stdout)).toEqual({
    repositories: [{ repository: "octo/hello", workers: 0, plans: [], broken: [], unread: [] }],
    problems: [],
  });
  expect(json.exitCode).toBe(0);
  expect(away).toMatchObject({ code: "forge-unavailable" });
  expect(exitCodeFor(away)).toBe(1);
  expect(String(stranger)).toMatch(/check APP_ID and PRIVATE_KEY$/);
  expect(exitCodeFor(stranger)).toBe(2);
});

function errorOf(done: Promise<unknown>): Promise<unknown> {
  return done.then(
    () => undefined,
    (error: unknown) => error,
  );
}

test("what the process is told is read strictly", () => {
  expect(readArguments([])).toEqual({ kind: "serve" });
  expect(readArguments(["--dry-run", "--json"])).toEqual({ kind: "dry-run", json: true });
  expect(readArguments(["-h"])).toEqual({ kind: "help" });
  expect(() => readArguments(["--json"])).toThrow("--json goes with --dry-run");
  expect(() => readArguments(["--dryrun"])).toThrow(/--dryrun.*it takes --dry-run, --json and --help/);
  expect(() => readArguments(["now"])).toThrow(/it takes --dry-run/);
});
