import { createServer, type RequestListener } from "node:http";
import { afterAll, describe, expect, it } from "vitest";
import { openHub } from "../../../src/cli/client/hub.ts";
import { nameWhatIsAway } from "../../../src/cli/client/with-place.ts";
import { CoppiceError } from "../../../src/core/errors.ts";

const place = { title: "local/sample (coppice up)" };
const closing: (() => void)[] = [];

afterAll(() => {
  for (const close of closing) close();
});

/** A hub that answers everything like this. */
async function hubThat(answers: RequestListener) {
  const server = createServer(answers);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  return { url, server, hub: openHub(url, "token", new AbortController().signal) };
}

async function refusal(asked: Promise<unknown>): Promise<unknown> {
  return asked.then(
    () => undefined,
    (error) => error,
  );
}

describe("a hub that is away", () => {
  it("before, while and after it begins to answer is told in the words for a forge that is", async () => {
    const gone = await hubThat(() => {});
    await new Promise((resolve) => gone.server.close(resolve));
    const deaf = await hubThat((incoming) => incoming.socket.destroy());
    const dies = await hubThat((incoming, outgoing) => {
      outgoing.writeHead(200, { "content-length": 1_000 }).write('{"plans":', () => incoming.socket.destroy());
    });
    const forge = new CoppiceError("forge-unavailable", "GET /repos/{owner}/{repo}: no answer (connect ECONNREFUSED)");
    const errors = [forge, ...(await Promise.all([gone, deaf, dies].map(({ hub }) => refusal(hub.plans()))))];
    for (const error of errors) {
      expect(nameWhatIsAway(place, error)).toMatchObject({
        code: "forge-unavailable",
        message: expect.stringMatching(/^local\/sample \(coppice up\) cannot be reached: no answer \([\w .:]+\)$/),
      });
    }
    expect(errors[1]).toMatchObject({
      message: `the hub at ${gone.url} cannot be reached: no answer (connect ECONNREFUSED ${gone.url.slice(7)})`,
    });
  });

  it.each<[string, RequestListener, object]>([
    ["503", (_, outgoing) => outgoing.writeHead(503).end(), { code: "forge-unavailable", message: away("503") }],
    ["no JSON", (_, outgoing) => outgoing.end("<html>"), { code: "forge-unavailable", message: away("200") }],
    ["401", (_, outgoing) => outgoing.writeHead(401).end(), { code: "bad-input", message: expect.any(String) }],
  ])("or answers %s says so", async (_, answers, expected) => {
    const { hub } = await hubThat(answers);
    expect(nameWhatIsAway(place, await refusal(hub.plans()))).toMatchObject(expected);
  });
});

function away(status: string): string {
  return `local/sample (coppice up) cannot be reached: it answered ${status} to /api/plans`;
}
