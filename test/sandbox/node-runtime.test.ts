import { mkdir, realpath, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runtimeMounts } from "../../src/sandbox/node-runtime.ts";
import { makeFolder } from "../git/origin.ts";

let folder: { path: string; remove(): Promise<void> };
let home: string;

beforeEach(async () => {
  folder = await makeFolder();
  home = join(await realpath(folder.path), "home/ada");
  await mkdir(home, { recursive: true });
});
afterEach(() => folder.remove());

/** A node as it is unpacked, with a command of somebody else's beside it. */
async function unpack(at: string): Promise<string> {
  for (const name of ["bin", "lib/node_modules/npm", "share/secrets"]) await mkdir(join(at, name), { recursive: true });
  await writeFile(join(at, "bin/node"), "");
  await symlink("../lib/node_modules/npm/cli.js", join(at, "bin/npm"));
  await symlink("../share/secrets/tool", join(at, "bin/other"));
  return join(at, "bin/node");
}

function onlyNode(at: string): string[] {
  const [node, packages] = [join(at, "bin/node"), join(at, "lib/node_modules")];
  const npm = ["--symlink", "../lib/node_modules/npm/cli.js", join(at, "bin/npm")];
  return ["--ro-bind", node, node, "--ro-bind", packages, packages, ...npm];
}

describe("where node lies outside the system's folders", () => {
  it("all of a folder of its own is shown", async () => {
    const own = join(home, ".nvm/versions/node/v20.20.0");
    const mounts = runtimeMounts({ executable: await unpack(own), hidden: [home] });
    expect(mounts).toEqual(["--ro-bind", own, own]);
  });

  it.each([".local", ".", "..", "tools"])(
    "only node and its packages are where it shares %s with others",
    async (place) => {
      const shared = join(home, place);
      const executable = await unpack(shared);
      const mounts = runtimeMounts({ executable, hidden: [home, join(home, "tools/worker-data")] });
      expect(mounts).toEqual(onlyNode(shared));
    },
  );
});
