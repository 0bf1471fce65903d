import { generateKeyPairSync } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

let key: string | undefined;

/**
 * Lays the key of the app `coppice` into a forge's data folder before the forge has made one: a new one for each world
 * takes a fifth of a second of a processor. All worlds of one process have the same.
 */
export async function layAppKey(data: string): Promise<void> {
  key ??= generateKeyPairSync("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  }).privateKey;
  const folder = join(data, "keys");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(join(folder, "coppice.pem"), key, { mode: 0o600 });
}
