import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { Octokit } from "@octokit/rest";
import { systemClock } from "../../src/app/system-clock.ts";
import { unlimited } from "../../src/core/budget/limits.ts";
import { startForge } from "../../src/forge/index.ts";
import type { Connection } from "../../src/github/connection.ts";
import { connect } from "../../src/github/connection.ts";
import type { Clock } from "../../src/ports/clock.ts";
import { layAppKey } from "../support/app-key.ts";
import type { Host, HostedRepository } from "./host.ts";

type People = Readonly<Record<"ada" | "grace", Octokit>>;

/** The embedded forge, spoken to by the adapter for the app and by plain Octokit for people. */
export async function embeddedHost(): Promise<Host> {
  const data = await mkdtemp(join(tmpdir(), "contract-"));
  const lines: string[] = [];
  await layAppKey(data);
  const forge = await startForge({ data, log: (line) => lines.push(line) });
  const { admin, apiUrl: baseUrl } = forge;
  for (const login of ["ada", "grace", "eve"]) admin.ensureUser({ login });
  const permissions = { contents: "write", issues: "write", pull_requests: "write", checks: "write" } as const;
  const app = await admin.ensureApp({ slug: "coppice", name: "Coppice", permissions, events: [] });
  admin.install("coppice", "ada", "all");
  const stop = new AbortController();
  const connection = connect({
    appId: app.id,
    privateKey: app.privateKey,
    baseUrl,
    limits: unlimited,
    clock: impatient,
    signal: stop.signal,
  });
  const person = (login: string) => new Octokit({ baseUrl, auth: admin.createToken(login), log: quiet });
  const people: People = { ada: person("ada"), grace: person("grace") };
  let count = 0;
  return {
    async repository() {
      const name = `sample-${++count}`;
      admin.suspend("grace", false);
      await people.ada.repos.createForAuthenticatedUser({ name, auto_init: true });
      admin.setPermission(`ada/${name}`, "grace", "write");
      return openRepository({ connection, people, suspend: admin.suspend }, name);
    },
    async close() {
      stop.abort(new Error("the suite is over"));
      await forge.stop();
      await rm(data, { recursive: true, force: true });
    },
  };
}

/** Waits a fiftieth: this forge has what it will ever have at once, where GitHub is read again after a while. */
const impatient: Clock = {
  ...systemClock,
  sleep: (milliseconds, signal) => systemClock.sleep(milliseconds / 50, signal),
};

const ignore = () => undefined;
const quiet = { debug: ignore, info: ignore, warn: ignore, error: ignore };

interface Hands {
  readonly connection: Connection;
  readonly people: People;
  readonly suspend: (login: string) => void;
}

async function openRepository({ connection, people, suspend }: Hands, name: string): Promise<HostedRepository> {
  const { installations } = connection;
  const forge = await installations.open({ owner: "ada", name });
  if (forge === undefined) throw new Error(`the app is not installed on ada/${name}`);
  const at = { owner: "ada", repo: name };
  const { ada } = people;
  return {
    forge,
    installations,
    async openIssue({ author, ...issue }) {
      const { data } = await people[author].issues.create({ ...at, ...issue });
      return { number: data.number, nodeId: data.node_id };
    },
    async adopt(parent, child) {
      const { data } = await ada.issues.get({ ...at, issue_number: child });
      await ada.issues.addSubIssue({ ...at, issue_number: parent, sub_issue_id: data.id });
    },
    async comment(author, issue, body) {
      const { data } = await people[author].issues.createComment({ ...at, issue_number: issue, body });
      return { id: data.id, createdAt: data.created_at, nodeId: data.node_id };
    },
    editComment: async (id, body) => void (await ada.issues.updateComment({ ...at, comment_id: id, body })),
    deleteComment: async (id) => void (await ada.issues.deleteComment({ ...at, comment_id: id })),
    close: async (issue, reason) =>
      void (await ada.issues.update({ ...at, issue_number: issue, state: "closed", state_reason: reason })),
    reopen: async (issue) => void (await ada.issues.update({ ...at, issue_number: issue, state: "open" })),
    push: (branch, path, text) => push(ada, at, { branch, path, text }),
    mergePull: async (number) => void (await ada.pulls.merge({ ...at, pull_number: number })),
    requestChanges: async (number) =>
      void (await people.grace.pulls.createReview({
        ...at,
        pull_number: number,
        event: "REQUEST_CHANGES",
        body: "Not like this",
      })),
    later: () => setTimeout(1_010 - (Date.now() % 1_000)),
    writeLedger: (path, text) => push(ada, at, { branch: "coppice-ledger", path, text }),
    rewindLedger: async (sha) =>
      void (await ada.git.updateRef({ ...at, ref: "heads/coppice-ledger", sha, force: true })),
    rewriteIssue: async (number, change) => void (await ada.issues.update({ ...at, issue_number: number, ...change })),
    suspend: async (login) => suspend(login),
    async relabel(author, number, { add, remove }) {
      const issue = { ...at, issue_number: number };
      for (const label of remove) await people[author].issues.removeLabel({ ...issue, name: label });
      if (add.length > 0) await people[author].issues.addLabels({ ...issue, labels: [...add] });
    },
    labelColor: async (label) => (await ada.issues.getLabel({ ...at, name: label })).data.color,
  };
}

async function push(
  octokit: Octokit,
  at: { owner: string; repo: string },
  { branch, path, text }: { branch: string; path: string; text: string },
): Promise<string> {
  const known = await octokit.git.listMatchingRefs({ ...at, ref: `heads/${branch}` });
  if (!known.data.some(({ ref }) => ref === `refs/heads/${branch}`)) {
    const main = await octokit.git.getRef({ ...at, ref: "heads/main" });
    await octokit.git.createRef({ ...at, ref: `refs/heads/${branch}`, sha: main.data.object.sha });
  }
  const content = Buffer.from(text).toString("base64");
  const { data: tree } = await octokit.git.getTree({ ...at, tree_sha: branch, recursive: "1" });
  const sha = tree.tree.find((entry) => entry.path === path)?.sha;
  const change = { ...at, branch, path, content, sha, message: path };
  const { data } = await octokit.repos.createOrUpdateFileContents(change);
  if (data.commit.sha === undefined) throw new Error("the forge gave no commit");
  return data.commit.sha;
}
