import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { jwtVerify } from "jose";
import nock from "nock";
import { describe, expect, test } from "vitest";
import { connect } from "../../src/github/connection.ts";
import { hurryingClock } from "../support/hurrying-clock.ts";
import { base, baseUrl, host, interceptRequests } from "./support.ts";

interceptRequests();

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
const pem = privateKey.export({ type: "pkcs1", format: "pem" }).toString();
const start = Date.UTC(2026, 0, 1);
const hour = 3_600_000;

function open() {
  const clock = hurryingClock(start);
  const connection = connect({
    appId: 5,
    privateKey: pem,
    baseUrl: `${baseUrl}/`,
    clock,
    signal: new AbortController().signal,
  });
  return { clock, connection };
}

/** What the app signs is accepted only when it is valid at the forge's time. */
async function isSigned(authorization: string | string[] | undefined, at: number): Promise<boolean> {
  const token = String(authorization).replace(/^bearer /, "");
  const key = createPublicKey(pem);
  return jwtVerify(token, key, { currentDate: new Date(at), maxTokenAge: "11 minutes" }).then(
    ({ payload }) => Number(payload.iss) === 5,
    () => false,
  );
}

function onMint(token: string, options: { body?: object; at?: number; lasts?: number } = {}): void {
  const { body, at = start, lasts = hour } = options;
  nock(host)
    .post("/api/v3/app/installations/11/access_tokens", body === undefined ? undefined : { ...body })
    .reply(201, { token, expires_at: new Date(at + lasts).toISOString() }, { date: new Date(at).toUTCString() });
}

const detail = {
  name: "sample",
  owner: { login: "octo" },
  node_id: "R_1",
  default_branch: "trunk",
  clone_url: `${host}/octo/sample.git`,
};

function onOpen(): void {
  nock(host).get(`${base}/installation`).reply(200, { id: 11, suspended_at: null });
  nock(host).get("/api/v3/repos/octo/sample").reply(200, detail);
  nock(host).get("/api/v3/app").reply(200, { slug: "coppice" });
}

const repository = { owner: "octo", name: "sample" };

describe("opening a repository", () => {
  test("signs as the app, mints one token, and asks nothing the second time", async () => {
    const { connection } = open();
    let authorization: string | undefined;
    nock(host)
      .get(`${base}/installation`)
      .reply(200, (request) => {
        authorization = request.headers.get("authorization") ?? undefined;
        return { id: 11 };
      });
    onMint("ghs_one");
    nock(host, { reqheaders: { authorization: "token ghs_one" } })
      .get("/api/v3/repos/octo/sample")
      .reply(200, {
        name: "sample",
        owner: { login: "octo" },
        node_id: "R_1",
        default_branch: "trunk",
        clone_url: `${host}/octo/sample.git`,
      });
    nock(host).get("/api/v3/app").reply(200, { slug: "coppice" });
    const forge = await connection.installations.open(repository);
    expect(forge).toMatchObject({
      repository,
      defaultBranch: "trunk",
      botLogin: "coppice[bot]",
      gitUrl: `${host}/octo/sample.git`,
    });
    expect(await isSigned(authorization, start)).toBe(true);
    expect(await connection.installations.open({ owner: "Octo", name: "Sample" })).toBe(forge);
  });

  test("what is told to be outdated is asked again", async () => {
    const { connection } = open();
    onMint("ghs_one");
    onOpen();
    await connection.installations.open(repository);
    connection.installations.invalidate(repository);
    nock(host).get(`${base}/installation`).reply(404, { message: "Not Found" });
    expect(await connection.installations.open(repository)).toBeUndefined();
  });

  test("where the app is absent or suspended there is nothing, and that is not remembered", async () => {
    const { connection } = open();
    nock(host).get(`${base}/installation`).reply(404, { message: "Not Found" });
    expect(await connection.installations.open(repository)).toBeUndefined();
    nock(host).get(`${base}/installation`).reply(200, { id: 11, suspended_at: "2026-01-01T00:00:00Z" });
    expect(await connection.installations.open(repository)).toBeUndefined();
    onMint("ghs_one");
    onOpen();
    expect(await connection.installations.open(repository)).toBeDefined();
  });

  test.each(["archived", "disabled"])(
    "where nothing can be written, because it is %s, there is nothing",
    async (how) => {
      const { connection } = open();
      onMint("ghs_one");
      nock(host).get(`${base}/installation`).reply(200, { id: 11, suspended_at: null });
      nock(host)
        .get(base)
        .reply(200, { ...detail, [how]: true });
      expect(await connection.installations.open(repository)).toBeUndefined();
    },
  );
});

describe("tokens", () => {
  const opened = async () => {
    const made = open();
    onMint("ghs_one");
    onOpen();
    const forge = await made.connection.installations.open(repository);
    if (forge === undefined) throw new Error("the app is not installed");
    return { ...made, forge };
  };
  const onIssue = (token: string) =>
    nock(host, { reqheaders: { authorization: `token ${token}` } }).get(`${base}/issues/1`);

  test("an installation's is renewed five minutes before it ends", async () => {
    const { clock, forge } = await opened();
    await clock.sleep(hour - 5 * 60_000);
    onIssue("ghs_one").reply(404, {});
    await forge.issues.get(1);
    await clock.sleep(1);
    onMint("ghs_two", { at: clock.now() });
    onIssue("ghs_two").reply(404, {});
    await forge.issues.get(1);
  });

  test("one that was revoked is replaced once; a second refusal is an error", async () => {
    const { forge } = await opened();
    onIssue("ghs_one").reply(401, { message: "Bad credentials" });
    onMint("ghs_two");
    onIssue("ghs_two").reply(404, {});
    expect(await forge.issues.get(1)).toBeUndefined();
    onIssue("ghs_two").reply(401, { message: "Bad credentials" });
    onMint("ghs_three");
    onIssue("ghs_three").reply(401, { message: "Bad credentials" });
    await expect(forge.issues.get(1)).rejects.toMatchObject({ code: "forge-refused" });
  });

  test("git's is for one repository and one permission, kept while a quarter of an hour remains", async () => {
    const { clock, forge } = await opened();
    onMint("ghs_read", { body: { repositories: ["sample"], permissions: { contents: "read" } } });
    onMint("ghs_work", { body: { repositories: ["sample"], permissions: { contents: "write" } } });
    const both = () => Promise.all([forge.gitToken("read"), forge.gitToken("work"), forge.gitToken("work")]);
    expect(await both()).toEqual(["ghs_read", "ghs_work", "ghs_work"]);
    await clock.sleep(45 * 60_000);
    expect(await both()).toEqual(["ghs_read", "ghs_work", "ghs_work"]);
    await clock.sleep(1);
    onMint("ghs_later", { body: { repositories: ["sample"], permissions: { contents: "write" } }, at: clock.now() });
    expect(await Promise.all([forge.gitToken("work"), forge.gitToken("work")])).toEqual(["ghs_later", "ghs_later"]);
  });

  test("a mint that failed is tried again by the next who asks", async () => {
    const { forge } = await opened();
    nock(host).post("/api/v3/app/installations/11/access_tokens").reply(422, { message: "no such permission" });
    await expect(forge.gitToken("read")).rejects.toMatchObject({ code: "forge-refused" });
    onMint("ghs_read");
    expect(await forge.gitToken("read")).toBe("ghs_read");
  });
});

test("a clock that is a day off is noticed by the forge's Date header and made up for", async () => {
  const { connection } = open();
  const forgeTime = start + 24 * hour;
  const refused = nock(host).get(`${base}/installation`);
  refused.reply(
    401,
    { message: "'Expiration time' claim ('exp') is too far in the past" },
    { date: new Date(forgeTime).toUTCString() },
  );
  let authorization: string | undefined;
  nock(host)
    .get(`${base}/installation`)
    .reply(404, (request) => {
      authorization = request.headers.get("authorization") ?? undefined;
      return { message: "Not Found" };
    });
  expect(await connection.installations.open(repository)).toBeUndefined();
  expect(await isSigned(authorization, forgeTime)).toBe(true);
  expect(await isSigned(authorization, start)).toBe(false);
});

test("a wrong key is one clear error", async () => {
  const { connection } = open();
  nock(host)
    .get(`${base}/installation`)
    .reply(401, { message: "A JSON web token could not be decoded" }, { date: new Date(start).toUTCString() });
  await expect(connection.installations.open(repository)).rejects.toMatchObject({
    code: "forge-refused",
    message: "GET /repos/{owner}/{repo}/installation: 401 A JSON web token could not be decoded",
  });
});

test("every repository of every installation is listed, without suspended and archived ones", async () => {
  const { connection } = open();
  nock(host)
    .get("/api/v3/app/installations")
    .query({ per_page: 100, page: 1 })
    .reply(200, [{ id: 11 }, { id: 12, suspended_at: "2026-01-01T00:00:00Z" }]);
  onMint("ghs_one");
  nock(host)
    .get("/api/v3/installation/repositories")
    .query({ per_page: 100, page: 1 })
    .reply(200, {
      total_count: 2,
      repositories: [
        { name: "sample", owner: { login: "octo" } },
        { name: "old", owner: { login: "octo" }, archived: true },
      ],
    });
  expect(await connection.installations.list()).toEqual([repository]);
});

test("an installation that refuses is told of, and the others are listed and asked in its place", async () => {
  const { connection } = open();
  nock(host)
    .get("/api/v3/app/installations")
    .query({ per_page: 100, page: 1 })
    .times(3)
    .reply(200, [
      { id: 10, account: { login: "walled" } },
      { id: 11, account: { login: "octo" } },
    ]);
  nock(host)
    .post("/api/v3/app/installations/10/access_tokens")
    .reply(201, { token: "ghs_walled", expires_at: new Date(start + hour).toISOString() });
  onMint("ghs_one");
  nock(host, { reqheaders: { authorization: "token ghs_walled" } })
    .get("/api/v3/installation/repositories")
    .query({ per_page: 100, page: 1 })
    .times(2)
    .reply(404, { message: "your IP address is not permitted to access this resource" });
  nock(host, { reqheaders: { authorization: "token ghs_one" } })
    .get("/api/v3/installation/repositories")
    .query({ per_page: 100, page: 1 })
    .reply(200, { total_count: 1, repositories: [{ name: "sample", owner: { login: "octo" } }] });
  const refused: string[] = [];
  const listed = await connection.installations.list((owner, error) => refused.push(`${owner}: ${error}`));
  expect(listed).toEqual([repository]);
  expect(refused).toEqual([expect.stringMatching(/^walled: .*404 your IP address is not permitted/)]);
  await expect(connection.installations.list()).rejects.toThrow(/your IP address/);
  nock(host).get("/api/v3/app").reply(200, { slug: "coppice" });
  nock(host, { reqheaders: { authorization: "token ghs_one" } })
    .get("/api/v3/users/coppice%5Bbot%5D")
    .reply(200, { id: 77 });
  expect(await connection.bot()).toMatchObject({ login: "coppice[bot]" });
});

test("the bot commits under the address that GitHub knows as the app's", async () => {
  const { connection } = open();
  nock(host).get("/api/v3/app").reply(200, { slug: "coppice" });
  nock(host)
    .get("/api/v3/app/installations")
    .query({ per_page: 100, page: 1 })
    .reply(200, [{ id: 11 }]);
  onMint("ghs_one");
  nock(host).get("/api/v3/users/coppice%5Bbot%5D").reply(200, { id: 77 });
  const bot = { login: "coppice[bot]", name: "coppice[bot]", email: "77+coppice[bot]@users.noreply.github.com" };
  expect([await connection.bot(), await connection.bot()]).toEqual([bot, bot]);
});
