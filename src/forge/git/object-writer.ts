import { createHash, randomUUID } from "node:crypto";
import { access, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { constants, deflate } from "node:zlib";

const compress = promisify(deflate);

/** Writes an object as git would, a loose file, without a process; answers its id. Content is not checked. */
export async function writeObject(
  folder: string,
  type: "blob" | "tree" | "commit",
  content: Uint8Array,
): Promise<string> {
  const bytes = Buffer.concat([Buffer.from(`${type} ${content.length}\0`), content]);
  const oid = createHash("sha1").update(bytes).digest("hex");
  const place = join(folder, "objects", oid.slice(0, 2));
  const file = join(place, oid.slice(2));
  if (await exists(file)) return oid;
  await mkdir(place, { recursive: true });
  // git's own name for what is not finished: its housekeeping knows what to do with one that a kill left.
  const unfinished = join(place, `tmp_obj_${randomUUID()}`);
  try {
    await writeFile(unfinished, await compress(bytes, { level: constants.Z_BEST_SPEED }), { mode: 0o444, flag: "wx" });
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
  return oid;
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
