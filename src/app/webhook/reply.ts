import type { IncomingMessage, ServerResponse } from "node:http";
import { discard } from "./discard.ts";

/** What is still read and thrown away after a refusal, so that the sender gets to read the answer. */
const linger = { bytes: 1024 * 1024, milliseconds: 500 };

/** Answers 202 with one line. */
export function accept(response: ServerResponse, line: string): void {
  response.writeHead(202, { "content-type": "text/plain; charset=utf-8" }).end(`${line}\n`);
}

/**
 * Answers with one line and ends the connection without reading the rest of the body. Closing a socket with unread
 * bytes resets it and may take the answer away from the sender, hence the short lingering.
 */
export async function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  { status, line }: { status: number; line: string },
): Promise<void> {
  const body = `${line}\n`;
  response.writeHead(status, {
    "content-type": "text/plain; charset=utf-8",
    "content-length": Buffer.byteLength(body),
    connection: "close",
    ...(status === 405 ? { allow: "POST" } : {}),
    ...(status === 503 ? { "retry-after": "30" } : {}),
  });
  response.write(body);
  await discardSome(request);
  response.end();
  request.socket.destroySoon();
}

function discardSome(request: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    let bytes = 0;
    const patience = setTimeout(done, linger.milliseconds);
    function done(): void {
      clearTimeout(patience);
      request.off("data", count);
      request.pause();
      resolve();
    }
    function count(chunk: Buffer): void {
      bytes += chunk.byteLength;
      discard(chunk);
      if (bytes > linger.bytes) done();
    }
    if (request.complete) return done();
    request.on("data", count);
    request.once("end", done);
    request.once("close", done);
    request.once("error", done);
    request.resume();
  });
}
