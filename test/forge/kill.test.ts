import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import type { AppCredentials } from "../../src/forge/admin/apps.ts";
import { startForge } from "../../src/forge/index.ts";
import { listProcesses } from "../support/process-list.ts";
import {
  appToken,
  cloneUrl,
  commit,
  eventually,
  git,
  octokit,
  type Receiver,
  secret,
  seed,
  startReceiver,
  tryGit,
} from "./support.ts";

const ready = z.object({ apiUrl: z.string(), gitUrl: z.string(), token: z.string(), app: z.custom<AppCredentials>() });
type Child = z.output<typeof ready> & { process: ChildProcess };
const script = new URL("fixtures/forge-process.mjs", import.meta.url).pathname;
const sample = { owner: "ada", repo: "sample" };

let data: string;
let receiver: Receiver;
let work: string;
const started: ChildProcess[] = [];

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), "forge-"));
  receiver = await startReceiver();
  work = await seed();
});

afterEach(async () => {
  for (const child of started.splice(0)) if (child.exitCode === null) await kill(child);
  await receiver.close();
  for (const folder of [data, work]) await rm(folder, { recursive: true });
});

async function start(): Promise<Child> {
  const child = spawn(process.execPath, [script, data, receiver.url, secret], { stdio: ["ignore", "pipe", "inherit"] });
  started.push(child);
  const gone = once(child, "exit").then(() => Promise.reject(new Error("the forge ended before it was ready")));
  gone.catch(() => undefined);
  const [line] = await Promise.race([once(createInterface({ input: child.stdout }), "line"), gone]);
  return { ...ready.parse(JSON.parse(String(line))), process: child };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}

async function bareRepository(): Promise<string> {
  const [name = ""] = await readdir(join(data, "repositories"));
  return join(data, "repositories", name);
}

test("a push whose events died with the process is announced after the restart, by who pushed", async () => {
  const first = await start();
  await git(work, "push", "--quiet", cloneUrl(first, "ada/sample", first.token), "main");
  await eventually(() => receiver.received.find((row) => row.event === "push"));
  await kill(first.process);
  // What a kill between receive-pack and the announcement leaves behind: the ref moved, nobody was told.
  const oid = await commit(work, { "late.txt": "1" }, "Late");
  await git(work, "push", "--quiet", await bareRepository(), "main", "main:refs/heads/late");
  await start();
  // By id: what was delivered but not yet noted when the process died is rightly delivered twice.
  const pushes = () => [...new Map(receiver.received.map((row) => [row.delivery, row])).values()];
  const pushed = (ref: string) => pushes().filter((row) => row.event === "push" && row.payload.ref === ref);
  await eventually(() => pushed("refs/heads/late").length === 1 && pushed("refs/heads/main").length === 2);
  expect(pushed("refs/heads/main").at(-1)?.payload).toMatchObject({ after: oid, sender: { login: "ada" } });
});

test("deliveries that were not answered when the process died are sent after the restart, under the same id", async () => {
  receiver.hold = true;
  const first = await start();
  await git(work, "push", "--quiet", cloneUrl(first, "ada/sample", first.token), "main");
  await eventually(() => receiver.received.length === 1);
  await kill(first.process);
  receiver.hold = false;
  await start();
  await eventually(() => receiver.received.some((row) => row.event === "push"));
  const [unanswered, repeated, push] = receiver.received;
  expect([unanswered?.event, repeated?.event, push?.event]).toEqual(["create", "create", "push"]);
  expect(repeated?.delivery).toBe(unanswered?.delivery);
});

test("deliveries that failed are listed after the restart, and can be sent again", async () => {
  receiver.status = 500;
  const first = await start();
  await git(work, "push", "--quiet", cloneUrl(first, "ada/sample", first.token), "main");
  const failuresOf = async (child: Child) => {
    const client = octokit(child, await appToken(child.app));
    return {
      client,
      rows: await client.paginate(client.apps.listWebhookDeliveries, { status: "failure", per_page: 1 }),
    };
  };
  const before = await eventually(async () => {
    const { rows } = await failuresOf(first);
    return rows.length === 2 && rows;
  });
  await kill(first.process);
  receiver.status = 200;
  const second = await start();
  const { client, rows } = await failuresOf(second);
  expect(rows).toEqual(before);
  const push = rows.find(({ event }) => event === "push");
  receiver.received.length = 0;
  await client.apps.redeliverWebhookDelivery({ delivery_id: push?.id ?? 0 });
  await eventually(() => receiver.received.length === 1);
  expect(receiver.received[0]).toMatchObject({ event: "push", delivery: push?.guid });
});

test("killed in the middle of work it keeps everything it acknowledged, and tells of every branch", async () => {
  const acknowledged = new Map<string, string>();
  for (let round = 0; round < 3; round += 1) {
    const child = await start();
    const working = [write(child, `api-${round}`, acknowledged), push(child, `git-${round}`, acknowledged)];
    const before = acknowledged.size;
    await eventually(() => acknowledged.size >= before + 4);
    await kill(child.process);
    await Promise.all(working);
  }
  const last = await start();
  const folder = await bareRepository();
  expect((await tryGit(folder, "fsck", "--strict", "--no-dangling")).code).toBe(0);
  const refs = await git(folder, "for-each-ref", "--format=%(refname) %(objectname)", "refs/heads");
  const real = new Map(
    refs.split("\n").map((line): [string, string] => [line.split(" ")[0] ?? "", line.split(" ")[1] ?? ""]),
  );
  for (const [name, oid] of acknowledged) expect(real.get(name), name).toBe(oid);
  const told = () =>
    new Map(receiver.received.filter((row) => row.event === "push").map((row) => [row.payload.ref, row.payload.after]));
  await eventually(() => [...real].every(([name, oid]) => told().get(name) === oid));
  expect((await octokit(last, last.token).repos.get(sample)).data.full_name).toBe("ada/sample");
});

test("a push cut off by the kill leaves no process behind", async () => {
  const child = await start();
  const { hostname, port } = new URL(child.gitUrl);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => undefined);
  const head = [
    "POST /ada/sample.git/git-receive-pack HTTP/1.1",
    `host: ${hostname}`,
    `authorization: token ${child.token}`,
    "content-type: application/x-git-receive-pack-request",
    "content-length: 1000",
  ];
  socket.write(`${head.join("\r\n")}\r\n\r\n0094`);
  const backends = await eventually(async () => {
    const found = await descendants(child.process.pid ?? 0);
    return found.length > 0 && found;
  });
  await kill(child.process);
  socket.destroy();
  await eventually(() => backends.every((pid) => !lives(pid)));
});

test("keys are readable by their owner alone", async () => {
  const forge = await startForge({ data });
  await forge.admin.ensureApp({ slug: "coppice", name: "Coppice", permissions: {}, events: [] });
  await forge.stop();
  expect((await stat(join(data, "keys", "coppice.pem"))).mode & 0o777).toBe(0o600);
  expect((await stat(join(data, "keys"))).mode & 0o077).toBe(0);
});

/** The processes below this one, however deep. */
async function descendants(pid: number): Promise<number[]> {
  const all = await listProcesses();
  const children = all.filter(({ parent }) => parent === pid).map(({ id }) => id);
  return [...children, ...(await Promise.all(children.map(descendants))).flat()];
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

/** Creates branches by REST until the forge is gone. */
async function write(child: Child, prefix: string, acknowledged: Map<string, string>): Promise<void> {
  const client = octokit(child, child.token);
  for (let at = 0; at < 1000; at += 1) {
    const ref = `refs/heads/${prefix}-${at}`;
    try {
      const tree = (await client.git.createTree({ ...sample, tree: [{ path: "a", mode: "100644", content: ref }] }))
        .data.sha;
      const sha = (await client.git.createCommit({ ...sample, tree, message: ref, parents: [] })).data.sha;
      await client.git.createRef({ ...sample, ref, sha });
      acknowledged.set(ref, sha);
    } catch {
      return;
    }
  }
}

/** Pushes branches by git until the forge is gone. */
async function push(child: Child, prefix: string, acknowledged: Map<string, string>): Promise<void> {
  for (let at = 0; at < 1000; at += 1) {
    const ref = `refs/heads/${prefix}-${at}`;
    const oid = await commit(work, { [prefix]: String(at) }, ref);
    const outcome = await tryGit(work, "push", "--quiet", cloneUrl(child, "ada/sample", child.token), `HEAD:${ref}`);
    if (outcome.code !== 0) return;
    acknowledged.set(ref, oid);
  }
}
