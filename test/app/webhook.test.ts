import { once } from "node:events";
import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { maxBodyBytes } from "../../src/app/webhook/body.ts";
import { SeenDeliveries } from "../../src/app/webhook/delivery.ts";
import { until } from "../hub/support/host.ts";
import { deliveryHeaders, hookPath, octo, startTestFront } from "./support/front.ts";

const comment = JSON.stringify({
  action: "created",
  installation: { id: 5 },
  repository: octo,
  issue: { number: 7 },
  comment: { id: 1, body: "/plan the-canary-word" },
});

test("a signed comment is acknowledged and enqueues its issue once, though it is delivered twice", async () => {
  const { hook, work } = await startTestFront();
  const headers = await deliveryHeaders("issue_comment", comment);
  for (const _delivery of [1, 2]) {
    expect((await fetch(hook, { method: "POST", body: comment, headers })).status).toBe(202);
  }
  const again = await deliveryHeaders("issue_comment", comment);
  expect((await fetch(hook, { method: "POST", body: comment, headers: again })).status).toBe(202);
  await until("both deliveries are handled", () => work.length >= 2);
  expect(work).toEqual(Array(2).fill({ kind: "issue", repository: { owner: "octo", name: "hello" }, issue: 7 }));
});

test("a delivery whose handler failed is taken in when it comes again", async () => {
  const { hook, work, lines, queue } = await startTestFront();
  queue.isBroken = true;
  const headers = await deliveryHeaders("issue_comment", comment);
  const deliver = async () => (await fetch(hook, { method: "POST", body: comment, headers })).text();
  expect(await deliver()).toBe("accepted\n");
  await until("it has failed", () => lines.some((line) => line.includes("handler failed")));
  queue.isBroken = false;
  expect(await deliver()).toBe("accepted\n");
  await until("it is handled", () => work.length > 0);
  expect(await deliver()).toBe("accepted before\n");
});

test("an app that is stopping takes nothing more in and says when to come again", async () => {
  const { hook, work, door } = await startTestFront();
  door.isClosed = true;
  const answer = await fetch(hook, {
    method: "POST",
    body: comment,
    headers: await deliveryHeaders("issue_comment", comment),
  });
  expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "30"]);
  expect(work).toEqual([]);
});

test.each([
  ["issues", { action: "closed" }],
  ["sub_issues", { action: "sub_issue_added" }],
  ["issue_dependencies", { action: "blocked_by_added" }],
  ["pull_request", { action: "synchronize" }],
  ["pull_request_review", { action: "submitted" }],
  ["check_run", { action: "completed" }],
  ["check_suite", { action: "completed" }],
  ["status", { state: "success" }],
])("%s has the whole repository looked at again", async (event, payload) => {
  const { hook, work } = await startTestFront();
  const body = JSON.stringify({ ...payload, repository: octo });
  const headers = await deliveryHeaders(event, body);
  expect((await fetch(hook, { method: "POST", body, headers })).status).toBe(202);
  await until("it is handled", () => work.length > 0);
  expect(work).toEqual([{ kind: "repository", repository: { owner: "octo", name: "hello" } }]);
});

test("of issues, pull requests and work branches that are named, only those are looked at again", async () => {
  const { hook, work } = await startTestFront();
  const body = JSON.stringify({ action: "closed", issue: { number: 3 }, repository: octo });
  const headers = await deliveryHeaders("issues", body);
  expect((await fetch(hook, { method: "POST", body, headers })).status).toBe(202);
  await until("it is handled", () => work.length > 0);
  expect(work).toEqual([{ kind: "repository", repository: { owner: "octo", name: "hello" }, of: [3] }]);
});

test("what somebody did is told with their name, so that the app knows its own echo; a check's sender did nothing", async () => {
  const { hook, work } = await startTestFront();
  const sender = { login: "coppice[bot]", type: "Bot" };
  const repository = { owner: "octo", name: "hello" };
  for (const [event, payload] of [
    ["issues", { action: "labeled" }],
    ["check_run", { action: "completed" }],
    ["push", { ref: "refs/heads/coppice-ledger", after: "1".repeat(40) }],
    ["push", { ref: "refs/tags/v1", after: "1".repeat(40) }],
  ] as const) {
    const body = JSON.stringify({ ...payload, sender, repository: octo });
    expect((await fetch(hook, { method: "POST", body, headers: await deliveryHeaders(event, body) })).status).toBe(202);
  }
  await until("all are handled", () => work.length >= 3);
  expect(work).toEqual([
    { kind: "repository", repository, by: "coppice[bot]" },
    { kind: "repository", repository },
    { kind: "push", repository, branch: "coppice-ledger", head: "1".repeat(40), by: "coppice[bot]" },
  ]);
});

test("a bot's comments hold no commands; one that somebody else edits or deletes is read again", async () => {
  const { hook, work } = await startTestFront();
  const bot = { login: "coppice[bot]", type: "Bot" };
  const ada = { login: "ada", type: "User" };
  for (const [action, author, sender] of [
    ["created", bot, bot],
    ["edited", bot, bot],
    ["edited", ada, ada],
    ["edited", bot, ada],
    ["deleted", bot, ada],
    ["created", ada, ada],
  ] as const) {
    const body = JSON.stringify({ action, sender, issue: { number: 7 }, comment: { user: author }, repository: octo });
    const headers = await deliveryHeaders("issue_comment", body);
    expect((await fetch(hook, { method: "POST", body, headers })).status).toBe(202);
  }
  await until("all are handled", () => work.length >= 3);
  const where = { repository: { owner: "octo", name: "hello" }, issue: 7 };
  expect(work).toEqual([
    { kind: "comment", ...where },
    { kind: "comment", ...where },
    { kind: "issue", ...where },
  ]);
});

test("a bot's comment is looked at where it may hold a command, and a person's where it was edited into one", async () => {
  const { hook, work } = await startTestFront();
  const bot = { login: "helper[bot]", type: "Bot" };
  const ada = { login: "ada", type: "User" };
  for (const [action, user, body, number] of [
    ["created", bot, "Build 12 passed: see /logs", 1],
    ["created", bot, "/status", 2],
    ["edited", ada, "Just words", 3],
    ["edited", ada, "Well:\n\n/approve r1", 4],
    ["deleted", ada, "/approve r1", 5],
    ["created", ada, "@coppice why?", 6],
  ] as const) {
    const payload = { action, sender: user, issue: { number }, comment: { user, body }, repository: octo };
    const text = JSON.stringify(payload);
    const headers = await deliveryHeaders("issue_comment", text);
    expect((await fetch(hook, { method: "POST", body: text, headers })).status).toBe(202);
  }
  await until("all are handled", () => work.length >= 3);
  const repository = { owner: "octo", name: "hello" };
  expect(work).toEqual([2, 4, 6].map((issue) => ({ kind: "issue", repository, issue })));
});

test("an installation event has the list of repositories read again; other events do nothing", async () => {
  const { hook, work, lines } = await startTestFront();
  for (const [event, payload] of [
    ["issue_comment", { action: "edited", repository: octo, issue: { number: 7 } }],
    ["issue_comment", { action: "deleted", repository: octo, issue: { number: 7 } }],
    ["star", { action: "created", repository: octo }],
    ["an_event_of_tomorrow", { repository: octo }],
    ["push", { ref: "without a repository" }],
    ["issue_comment", { action: "created", repository: octo }],
    ["installation", { action: "created" }],
  ] as const) {
    const body = JSON.stringify(payload);
    expect((await fetch(hook, { method: "POST", body, headers: await deliveryHeaders(event, body) })).status).toBe(202);
  }
  await until("all are handled", () => work.length > 0 && lines.length > 0);
  expect(work).toEqual([{ kind: "installations" }]);
});

test("what is not signed by the secret is refused: missing, malformed, of another secret or another body", async () => {
  const { hook, work } = await startTestFront();
  const headers = await deliveryHeaders("issue_comment", comment);
  const { "x-hub-signature-256": signature, ...unsigned } = headers;
  const attempts: [string, Record<string, string>][] = [
    [comment, unsigned],
    [comment, { ...unsigned, "x-hub-signature": signature }],
    [comment, { ...headers, "x-hub-signature-256": "sha256=zz" }],
    [comment, { ...headers, "x-hub-signature-256": `sha256=${"0".repeat(64)}` }],
    [`${comment} `, headers],
  ];
  for (const [body, given] of attempts) {
    expect((await fetch(hook, { method: "POST", body, headers: given })).status).toBe(401);
  }
  expect(work).toEqual([]);
});

test("compressed, form-encoded, unnamed and malformed deliveries are refused with the reason", async () => {
  const { hook, work } = await startTestFront();
  const headers = await deliveryHeaders("issue_comment", comment);
  const post = async (body: string | Buffer, more: Record<string, string>) => {
    const response = await fetch(hook, {
      method: "POST",
      body: new Uint8Array(Buffer.from(body)),
      headers: { ...headers, ...more },
    });
    return `${response.status} ${await response.text()}`;
  };
  expect(await post(gzipSync(comment), { "content-encoding": "gzip" })).toMatch(/^415 compressed/);
  expect(await post(comment, { "content-type": "application/x-www-form-urlencoded" })).toMatch(
    /^415 .*application\/json/,
  );
  expect(await post(comment, { "x-github-delivery": "" })).toMatch(/^400 x-github-delivery/);
  expect(await post(comment, { "x-github-event": "../etc" })).toMatch(/^400 /);
  const list = "[1]";
  expect(await post(list, await deliveryHeaders("push", list))).toMatch(/^400 the body is no JSON object/);
  const torn = "{";
  expect(await post(torn, await deliveryHeaders("push", torn))).toMatch(/^400 /);
  expect((await fetch(hook)).status).toBe(405);
  expect(work).toEqual([]);
});

test("a body that says it is too large is refused before any of it is read", async () => {
  const { port } = await startTestFront();
  const answer = await rawRequest(port, [`content-length: ${maxBodyBytes + 1}`], () => undefined);
  expect(answer.text).toMatch(/^HTTP\/1.1 413 /);
});

test.each([
  ["without a signature", [], /^HTTP\/1.1 401 /],
  ["with a wrong signature", [`x-hub-signature-256: sha256=${"0".repeat(64)}`], /^HTTP\/1.1 413 /],
])("an endless body %s is refused early and takes no memory", async (_title, headers, status) => {
  const { port } = await startTestFront();
  globalThis.gc?.();
  const before = process.memoryUsage().rss;
  const chunk = `10000\r\n${"x".repeat(0x10000)}\r\n`;
  let most = before;
  const answer = await rawRequest(port, ["transfer-encoding: chunked", ...headers], (write) => {
    most = Math.max(most, process.memoryUsage().rss);
    return write(chunk);
  });
  expect(answer.text).toMatch(status);
  expect(answer.sent).toBeLessThan(600 * 1024 * 1024);
  expect(answer.sent).toBeLessThan(2 * maxBodyBytes);
  expect(most - before).toBeLessThan(64 * 1024 * 1024);
});

/** Sends until the other side answers and closes, at most 600 MB, waiting for the socket to drain. */
async function rawRequest(
  port: number,
  headers: string[],
  next: (write: (text: string) => boolean) => boolean | undefined,
) {
  const socket = connect(port, "127.0.0.1");
  let text = "";
  let sent = 0;
  socket.on("data", (data) => {
    text += data;
  });
  socket.on("error", () => undefined);
  const closed = once(socket, "close");
  await once(socket, "connect");
  const names = ["content-type: application/json", "x-github-event: push", "x-github-delivery: d1"];
  const signed = headers.some((header) => header.startsWith("content-length"));
  if (signed) names.push(`x-hub-signature-256: sha256=${"0".repeat(64)}`);
  socket.write([`POST ${hookPath} HTTP/1.1`, "host: hook", ...names, ...headers, "", ""].join("\r\n"));
  const write = (chunk: string) => {
    sent += chunk.length;
    return socket.write(chunk);
  };
  while (!socket.destroyed && sent < 600 * 1024 * 1024) {
    const flowing = next(write);
    if (flowing === undefined) break;
    if (flowing) await new Promise((wake) => setImmediate(wake));
    else await Promise.race([once(socket, "drain").catch(() => undefined), closed]);
  }
  await closed;
  return { text, sent };
}

test("a connection that is slow with its headers or its body is closed", async () => {
  const { port } = await startTestFront({ headers: 100, request: 200 });
  const slowHeaders = connect(port, "127.0.0.1");
  slowHeaders.on("error", () => undefined);
  slowHeaders.resume();
  slowHeaders.write("POST / HTTP/1.1\r\nhost: hook\r\nx-slow: ");
  await once(slowHeaders, "close");
  const slowBody = connect(port, "127.0.0.1");
  slowBody.on("error", () => undefined);
  slowBody.resume();
  const headers = await deliveryHeaders("push", "{}");
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  slowBody.write([`POST ${hookPath} HTTP/1.1`, "host: hook", ...lines, "content-length: 100", "", "{"].join("\r\n"));
  await once(slowBody, "close");
});

test("no payload is ever logged, whatever happens to it", async () => {
  const { hook, lines } = await startTestFront();
  const broken = JSON.stringify({ action: "created", repository: octo, comment: { body: "the-canary-word" } });
  for (const body of [comment, broken, `${comment} `]) {
    const headers = await deliveryHeaders("issue_comment", body === `${comment} ` ? comment : body);
    await fetch(hook, { method: "POST", body, headers });
  }
  await until("the refusal and the failed handler are logged", () => lines.length >= 2);
  expect(lines.join("")).not.toContain("the-canary-word");
  expect(lines.join("")).toContain("wrong-signature");
  expect(lines.join("")).toContain("A webhook's handler failed");
});

test.each(["GET // HTTP/1.1", "GET http:// HTTP/1.1", "GET /\\..//%zz HTTP/1.1", "OPTIONS * HTTP/1.1", "NONSENSE"])(
  "the request line %j ends nobody but its own connection",
  async (line) => {
    const { url, port } = await startTestFront();
    for (const more of ["", "connection: upgrade\r\nupgrade: websocket\r\n"]) {
      const socket = connect(port, "127.0.0.1");
      socket.on("error", () => undefined);
      socket.resume();
      socket.write(`${line}\r\nhost: hook\r\n${more}connection: close\r\n\r\n`);
      await once(socket, "close");
    }
    expect((await fetch(`${url}/anything`)).status).toBe(200);
  },
);

test("what is no webhook goes to the rest of the app", async () => {
  const { url } = await startTestFront();
  expect(await (await fetch(`${url}/anything`)).text()).toBe("the rest");
});

test("only the newest delivery ids are remembered", () => {
  const seen = new SeenDeliveries(2);
  expect(["a", "b", "a", "c", "a"].map((id) => seen.add(id))).toEqual([true, true, false, true, true]);
});
