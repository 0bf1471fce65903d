import nock from "nock";
import { describe, expect, it } from "vitest";
import { connectWithToken } from "../../src/github/token-connection.ts";
import { hurryingClock } from "../support/hurrying-clock.ts";
import { base, baseUrl, host, interceptRequests } from "./support.ts";

interceptRequests();

const repository = { owner: "octo", name: "sample" };
const detail = {
  name: "sample",
  owner: { login: "octo" },
  node_id: "R_1",
  default_branch: "main",
  clone_url: "https://forge.test/octo/sample.git",
  html_url: "https://forge.test/octo/sample",
};

function connect() {
  const { signal } = new AbortController();
  return connectWithToken({ baseUrl, token: "t0", repository, clock: hurryingClock(), signal });
}

const asOwner = () => nock(host, { reqheaders: { authorization: "token t0" } });

describe("a repository seen with a token", () => {
  it("has an empty ledger while there is no branch, and makes none", async () => {
    asOwner().get(base).reply(200, detail);
    asOwner().get(`${base}/git/ref/heads%2Fcoppice-ledger`).reply(404, { message: "Not Found" });
    const forge = await connect();
    const head = await forge.ledger.read();
    expect([head.paths, await head.text("plans/2/plan.yaml"), forge.url]).toEqual([[], undefined, detail.html_url]);
  });

  it("never writes the ledger", async () => {
    asOwner().get(base).reply(200, detail);
    const { ledger } = await connect();
    expect(() => ledger.commit({ expected: "", files: [], message: "" })).toThrow(/written by the app alone/);
  });

  it("tells who reacted to a comment", async () => {
    asOwner().get(base).reply(200, detail);
    asOwner()
      .get(`${base}/issues/comments/7/reactions`)
      .query({ per_page: 100, page: 1 })
      .reply(200, [
        { content: "+1", user: { login: "coppice[bot]", type: "Bot" } },
        { content: "eyes", user: null },
      ]);
    const forge = await connect();
    expect(await forge.reactions(7)).toEqual([
      { content: "+1", author: "coppice[bot]", authorIsBot: true },
      { content: "eyes", author: "ghost", authorIsBot: false },
    ]);
  });
});

describe("what is wrong is said in one line", () => {
  it.each([
    [401, { message: "Bad credentials" }, "bad-input", `${baseUrl} does not accept this token`],
    [404, { message: "Not Found" }, "bad-input", `${baseUrl} has no repository octo/sample that this token may see`],
  ])("for %i", async (status, body, code, message) => {
    asOwner().get(base).reply(status, body);
    await expect(connect()).rejects.toMatchObject({ code, message });
  });

  it("for a network that is down, after some tries", async () => {
    asOwner().get(base).times(4).replyWithError("connect ECONNREFUSED");
    await expect(connect()).rejects.toMatchObject({
      code: "forge-unavailable",
      message: `${baseUrl} cannot be reached: no answer (connect ECONNREFUSED)`,
    });
  });
});
