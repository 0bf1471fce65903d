import { CoppiceError } from "../../core/errors.ts";
import type { RepositoryName } from "../../core/repository.ts";
import { askGit } from "../git.ts";

/** A repository's place as a git remote names it. */
export interface Remote extends RepositoryName {
  /** Lower case, without port. */
  readonly host: string;
}

const ownerPattern = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})";
const namePattern = "[A-Za-z0-9._-]{1,100}";

/** `owner/name` as somebody wrote it. Throws CoppiceError bad-input. */
export function parseRepositoryName(text: string): RepositoryName {
  const found = new RegExp(`^(${ownerPattern})/(${namePattern})$`).exec(text.trim());
  const [, owner, name] = found ?? [];
  if (owner !== undefined && name !== undefined) return { owner, name };
  throw new CoppiceError("bad-input", `--repository ${JSON.stringify(text.slice(0, 80))} is no owner/name`);
}

/** The place a remote's address means: https, ssh and git's `user@host:path` form. Undefined for all others, such as folders. */
export function parseRemote(address: string): Remote | undefined {
  const short = /^(?:[^@/\s]+@)?([^:/\s]+):(?!\/)(.+)$/.exec(address.trim());
  if (short !== null && !address.includes("://")) return remote(short[1] ?? "", short[2] ?? "");
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  if (!["https:", "http:", "ssh:", "git:", "git+ssh:"].includes(url.protocol)) return undefined;
  return remote(url.hostname, url.pathname);
}

function remote(host: string, path: string): Remote | undefined {
  const clean = path.replace(/^\/+|\/+$/g, "").replace(/\.git$/, "");
  const found = new RegExp(`^(${ownerPattern})/(${namePattern})$`).exec(clean);
  const [, owner, name] = found ?? [];
  return owner === undefined || name === undefined ? undefined : { host: host.toLowerCase(), owner, name };
}

/** The web host an API address belongs to: `github.com` for `https://api.github.com`. */
export function hostOf(apiUrl: string): string {
  return new URL(apiUrl).hostname.replace(/^api\.(?=github\.com$|.*\.ghe\.com$)/, "");
}

/** The repository `origin` names, on the host the API is on. Throws CoppiceError bad-input where it names another, or none. */
export async function originOf(folder: string, apiUrl: string): Promise<RepositoryName> {
  const address = await askGit(folder, ["remote", "get-url", "origin"]);
  const instead = "name the repository with --repository owner/name";
  if (address === undefined) throw new CoppiceError("bad-input", `${folder} has no remote called origin; ${instead}`);
  const found = parseRemote(address);
  const host = hostOf(apiUrl);
  // An ssh alias of the host (ssh.github.com) is the host.
  if (found === undefined || (found.host !== host && found.host !== `ssh.${host}`)) {
    throw new CoppiceError("bad-input", `the remote origin of ${folder} is not on ${host}; ${instead}`);
  }
  return { owner: found.owner, name: found.name };
}
