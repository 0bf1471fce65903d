import { createHash, randomUUID } from "node:crypto";
import { access, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { constants, deflate } from "node:zlib";
import type { Oid } from "../core/repository.ts";

const compress = promisify(deflate);

/** Writes an object below a git directory as git itself does, without the process; its content is not checked. */
export async function writeLooseObject(
  folder: string,
  type: "blob" | "tree" | "commit",
  content: Uint8Array,
): Promise<Oid> {
  const whole = Buffer.concat([Buffer.from(`${type} ${content.length}\0`), content]);
  const oid = createHash("sha1").update(whole).digest("hex");
  const place = join(folder, "objects", oid.slice(0, 2));
  const target = join(place, oid.slice(2));
  if (await isThere(target)) return oid;
  await mkdir(place, { recursive: true });
  // The name git gives to what is not finished, and clears away.
  const unfinished = join(place, `tmp_obj_${randomUUID()}`);
  try {
    const packed = await compress(whole, { level: constants.Z_BEST_SPEED });
    await writeFile(unfinished, packed, { mode: 0o444, flag: "wx" });
    await rename(unfinished, target);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
  return oid;
}

function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
