import { createHmac, randomBytes } from "node:crypto";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { bodyBudget, maxBodyBytes, readSigned } from "../../src/app/webhook/body.ts";
import { discard } from "../../src/app/webhook/discard.ts";
import { refuse } from "../../src/app/webhook/reply.ts";

const secret = "of the webhook";
const body = randomBytes(2 ** 20);
const signature = createHmac("sha256", secret).update(body).digest();

/** A server that takes one request, beside a note of every part of its body. */
async function receive(send: Buffer | "and leave", act: (incoming: IncomingMessage) => Promise<unknown>) {
  const parts: Buffer[] = [];
  const server = createServer();
  onTestFinished(() => void server.close());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const client = request({ port, host: "127.0.0.1", method: "POST" });
  client.on("error", () => undefined);
  const arrived = once(server, "request");
  if (send === "and leave") client.write(body);
  else client.end(send);
  const [incoming, response] = await arrived;
  onTestFinished(() => void client.destroy());
  const outcome = act(incoming);
  incoming.on("data", (part: Buffer) => parts.push(part));
  if (send === "and leave") {
    await once(incoming, "data");
    client.destroy();
  }
  return { outcome: await outcome, parts, response };
}

test("a signed body is handed on whole", async () => {
  const budget = bodyBudget();
  const { outcome } = await receive(body, (incoming) => readSigned(incoming, { secret, signature, budget }));
  expect(outcome).toMatchObject({ kind: "signed" });
  expect((outcome as { bytes: Buffer }).bytes.equals(body)).toBe(true);
  expect(budget.free).toBe(maxBodyBytes);
});

test.each([
  ["whose signature is wrong", "wrong-signature", Buffer.alloc(32), maxBodyBytes, body],
  ["that finds no room", "busy", signature, body.byteLength / 2, body],
  ["that is too large", "too-large", signature, 2 * maxBodyBytes, Buffer.alloc(maxBodyBytes + 1)],
  ["whose sender leaves", "broken", signature, maxBodyBytes, "and leave"],
  ["that is signed", "signed", signature, maxBodyBytes, body],
] as const)("a body %s leaves nothing for the collector", async (_title, kind, claimed, free, sent) => {
  const budget = { free };
  const read = (incoming: IncomingMessage) => readSigned(incoming, { secret, signature: claimed, budget });
  const { outcome, parts } = await receive(sent, read);
  expect(outcome).toMatchObject({ kind });
  expect(parts.length).toBeGreaterThan(0);
  // Parts that came after the refusal are not its own.
  const left = parts.reduce((sum, part) => sum + part.byteLength, 0);
  expect(left).toBeLessThanOrEqual(2 * 65_536);
  expect(budget.free).toBe(free);
});

test("what is read and thrown away after a refusal leaves nothing for the collector", async () => {
  const parts: Buffer[] = [];
  const server = createServer((incoming, response) => {
    void refuse(incoming, response, { status: 401, line: "no" });
    incoming.on("data", (part: Buffer) => parts.push(part));
  });
  onTestFinished(() => void server.close());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const client = request({ port: (server.address() as AddressInfo).port, host: "127.0.0.1", method: "POST" });
  client.on("error", () => undefined);
  client.end(body);
  const [response] = await once(client, "response");
  response.resume();
  await once(client, "close");
  expect(parts.length).toBeGreaterThan(0);
  expect(parts.every((part) => part.byteLength === 0)).toBe(true);
});

test("memory that others share is not taken from them", () => {
  const alone = Buffer.allocUnsafeSlow(100);
  const all = Buffer.alloc(100, "x");
  discard(alone);
  discard(all.subarray(10, 20));
  discard(Buffer.alloc(0));
  expect(alone.byteLength).toBe(0);
  expect(all.toString()).toBe("x".repeat(100));
});
