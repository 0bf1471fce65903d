import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { mkdir, open, readFile, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { CoppiceError } from "../core/errors.ts";
import { workerName } from "../wire/frames/frames.ts";

/** Which workers may connect. Tokens are shown once, at enrolment, and stored as their sha256. */
export interface WorkerTokens {
  /** Makes the worker's token; a name enrolled again loses its old one. Throws CoppiceError bad-input for a bad name. */
  enrol(name: string): Promise<string>;
  /** The worker a token belongs to. */
  workerOf(token: string): string | undefined;
}

const tokensFile = z.strictObject({
  version: z.literal(1),
  workers: z.record(workerName, z.strictObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/), enrolledAt: z.string() })),
});
type TokensFile = z.infer<typeof tokensFile>;

/** Reads `<folder>/workers.json`; a file of another version or shape is refused and never rewritten. */
export async function openWorkerTokens(folder: string): Promise<WorkerTokens> {
  const path = join(folder, "workers.json");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  let current = await readTokens(path);
  let lastWrite: Promise<void> = Promise.resolve();
  return {
    async enrol(name) {
      const checked = workerName.safeParse(name);
      if (!checked.success)
        throw new CoppiceError("bad-input", `worker name: ${checked.error.issues[0]?.message ?? "invalid"}`);
      const token = `cpw_${randomBytes(32).toString("base64url")}`;
      const written = lastWrite.then(async () => {
        const entry = { sha256: sha256(token).toString("hex"), enrolledAt: new Date().toISOString() };
        const next: TokensFile = { version: 1, workers: { ...current.workers, [checked.data]: entry } };
        await writeWhole(path, `${JSON.stringify(next, undefined, 2)}\n`);
        current = next;
      });
      lastWrite = written.catch(() => undefined);
      await written;
      return token;
    },
    workerOf(token) {
      const digest = sha256(token);
      let found: string | undefined;
      // All entries are compared, so that the time taken tells nothing.
      for (const [name, entry] of Object.entries(current.workers)) {
        if (timingSafeEqual(Buffer.from(entry.sha256, "hex"), digest)) found = name;
      }
      return found;
    },
  };
}

function sha256(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

async function readTokens(path: string): Promise<TokensFile> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return { version: 1, workers: {} };
    throw error;
  }
  try {
    return tokensFile.parse(JSON.parse(text));
  } catch (cause) {
    throw new CoppiceError(
      "config-invalid",
      `${path} is not a worker token file this version knows; move it away to start afresh`,
      { cause },
    );
  }
}

/** Write beside, sync, rename, sync the folder: a crash leaves the old file or the new one. */
async function writeWhole(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  const file = await open(temporary, "w", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
  const folder = await open(dirname(path), "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
