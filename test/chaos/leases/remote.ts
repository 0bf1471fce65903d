import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startForge } from "../../../src/forge/index.ts";
import { git, makeOrigin } from "../../git/origin.ts";
import type { LosingProxy } from "../../support/losing-proxy.ts";
import { startLosingProxy } from "../../support/losing-proxy.ts";

/** A repository that many push to, and which remembers every value its refs ever had. */
export interface Remote {
  readonly url: string;
  readonly token?: string;
  /** A folder for whoever works with it. */
  readonly folder: string;
  /** The bare repository itself. */
  readonly repository: string;
  /** What all requests go through; over HTTP only. */
  readonly proxy?: LosingProxy;
  close(): Promise<void>;
}

export type Transport = "file" | "http";

/** Over `file` a bare folder, over `http` the embedded forge behind a proxy that can lose requests and answers. */
export async function openRemote(transport: Transport): Promise<Remote> {
  const folder = await mkdtemp(join(tmpdir(), "coppice-chaos-"));
  const remove = () => rm(folder, { recursive: true, force: true, maxRetries: 5 });
  const remote = transport === "file" ? await openFolder(folder) : await openForge(folder);
  // Without it only branches would be logged.
  await git(remote.repository, "config", "core.logAllRefUpdates", "always");
  const close = async () => {
    await remote.close();
    await remove();
  };
  return { ...remote, folder, close };
}

async function openFolder(folder: string) {
  const origin = await makeOrigin(folder);
  return { url: origin.url, repository: origin.folder, close: async () => undefined };
}

async function openForge(folder: string) {
  const data = join(folder, "forge");
  const forge = await startForge({ data, port: 0 });
  forge.admin.ensureUser({ login: "ada", siteAdmin: true });
  await forge.admin.createRepository({ owner: "ada", name: "sample" });
  const proxy = await startLosingProxy(forge.apiUrl);
  const [name = ""] = await readdir(join(data, "repositories"));
  return {
    url: forge.gitUrl.replace(new URL(forge.gitUrl).origin, proxy.url).concat("/ada/sample.git"),
    token: forge.admin.createToken("ada"),
    repository: join(data, "repositories", name),
    proxy,
    close: async () => {
      await proxy.close();
      await forge.stop();
    },
  };
}
