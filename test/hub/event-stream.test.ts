import { connect, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import type { HubEvents } from "../../src/hub/events.ts";
import { type Host, operatorToken, startHost, until } from "./support/host.ts";

const authorization = `Bearer ${operatorToken}`;

/** A stream whose reader reads the answer's beginning and then no more. */
async function listen({ front }: Host, target: string, method = "GET"): Promise<{ socket: Socket; answer: string }> {
  const socket = connect(Number(new URL(front.url).port), "127.0.0.1");
  socket.on("error", () => undefined);
  onTestFinished(() => void socket.destroy());
  socket.write(`${method} ${target} HTTP/1.1\r\nhost: localhost\r\nauthorization: ${authorization}\r\n\r\n`);
  const answer = await new Promise<string>((resolve) => socket.once("data", (data) => resolve(String(data))));
  return { socket: socket.pause(), answer };
}

const log = (text: string): Parameters<HubEvents["emit"]>[0] => ({ kind: "run-log", run: "r1", text });

test("a reader that reads no more is cut off, and nobody else is", async () => {
  const host = await startHost();
  const { socket } = await listen(host, "/api/events?logs=1");
  let isCut = false;
  socket.on("close", () => {
    isCut = true;
  });
  // Flat texts: what `repeat` makes takes no memory.
  for (let at = 0; at < 400; at += 1) {
    const event = log(Buffer.alloc(65_536, 97 + (at % 26)).toString("latin1"));
    host.hub.events.emit(event);
    await new Promise((wake) => setImmediate(wake));
  }
  socket.resume();
  await until("it is cut off", () => isCut);
  const next = await listen(host, "/api/events?logs=1");
  let read = "";
  next.socket.on("data", (data) => {
    read += data;
  });
  next.socket.resume();
  host.hub.events.emit(log("for the others"));
  await until("another one hears", () => read.includes("for the others"));
});

test("many streams at once are refused, and one that ended makes room", async () => {
  const host = await startHost();
  const streams = await Promise.all(Array.from({ length: 100 }, () => listen(host, "/api/events")));
  expect(streams.filter(({ answer }) => !answer.startsWith("HTTP/1.1 200"))).toEqual([]);
  expect((await listen(host, "/api/events")).answer).toMatch(/^HTTP\/1.1 503/);
  streams[0]?.socket.destroy();
  const isFree = async () => (await listen(host, "/api/events")).answer.startsWith("HTTP/1.1 200");
  for (let tries = 0; !(await isFree()); tries += 1) expect(tries).toBeLessThan(200);
});

test("who only asks for the headers of the stream listens to nothing", async () => {
  const host = await startHost();
  for (let at = 0; at < 101; at += 1) {
    expect((await listen(host, "/api/events", "HEAD")).answer).toMatch(/^HTTP\/1.1 200/);
  }
  expect((await listen(host, "/api/events")).answer).toMatch(/^HTTP\/1.1 200/);
});
