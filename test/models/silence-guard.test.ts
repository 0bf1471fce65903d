import type { ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test, vi } from "vitest";
import { silenceGuard } from "../../src/models/silence-guard.ts";

/** A host that has begun to answer, and says more when it is told to. */
async function answering(): Promise<{ readonly url: string; readonly answer: Promise<ServerResponse> }> {
  const server = createServer();
  const answer = new Promise<ServerResponse>((resolve) => {
    server.on("request", (_, response: ServerResponse) => {
      response.writeHead(200, { "content-type": "text/event-stream" }).flushHeaders();
      resolve(response);
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, answer };
}

test("pings are signs of life: only what is silent for so long is given up", async () => {
  const { url, answer } = await answering();
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const guard = silenceGuard(1_000);
  const reader = (await guard.fetch(url)).body?.getReader();
  const response = await answer;
  for (let ping = 0; ping < 8; ping++) {
    response.write('event: ping\ndata: {"type":"ping"}\n\n');
    await reader?.read();
    vi.advanceTimersByTime(900);
    expect(guard.signal.aborted).toBe(false);
  }
  vi.advanceTimersByTime(100);
  expect(String(guard.signal.reason)).toContain("nothing came for 1 s");
});
