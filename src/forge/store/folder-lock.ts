import { createHash } from "node:crypto";
import { mkdirSync, realpathSync } from "node:fs";
import { rm } from "node:fs/promises";
import { connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder taken by one process; it is free the moment that process ends, however it ends. */
export interface FolderLock {
  release(): Promise<void>;
}

/**
 * Takes the folder for this process, making it if absent; rejects when another forge runs on it. The lock is a
 * socket somebody listens on, so a process that was killed leaves nothing that could be mistaken for it.
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // Not inside the folder: the path of a socket may have about 100 bytes only.
  const name = createHash("sha256").update(realpathSync(folder)).digest("hex").slice(0, 24);
  const path = join(tmpdir(), `forge-${name}.sock`);
  const server = (await listen(path)) ?? (await takeOver(path));
  if (server === undefined) throw new Error(`another forge is running on ${folder}`);
  server.unref();
  return { release: () => new Promise((resolve) => server.close(() => resolve())) };
}

async function takeOver(path: string): Promise<Server | undefined> {
  if (await answers(path)) return undefined;
  await rm(path, { force: true });
  return listen(path);
}

function listen(path: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") resolve(undefined);
      else reject(error);
    });
    server.listen(path, () => resolve(server));
  });
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
