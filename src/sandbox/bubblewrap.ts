import { existsSync, lstatSync, readlinkSync } from "node:fs";
import { homedir } from "node:os";
import { execa } from "execa";
import { CoppiceError } from "../core/errors.ts";
import type { Sandbox, SandboxCommand } from "../ports/sandbox.ts";
import { cleanEnvironment } from "./environment.ts";
import { runtimeMounts } from "./node-runtime.ts";

export interface BubblewrapOptions {
  /** More folders to read, for toolchains outside the system's own. */
  readonly readable?: readonly string[];
  /** Folders that stay out of sight even where node lies beside or above them; this user's home is one anyway. */
  readonly hidden?: readonly string[];
}

/** Programs and libraries; read-only. */
const systemFolders = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/opt"];

/** What programs need of /etc; the rest of it (shadow, host keys, other services' settings) stays away. */
const settings = [
  "alternatives",
  "ca-certificates",
  "group",
  "hosts",
  "java",
  "ld.so.cache",
  "ld.so.conf",
  "ld.so.conf.d",
  "localtime",
  "mime.types",
  "nsswitch.conf",
  "passwd",
  "pki",
  "protocols",
  "python3",
  "resolv.conf",
  "services",
  "ssl/certs",
  "ssl/openssl.cnf",
  "timezone",
].map((name) => `/etc/${name}`);

/** Confinement by Linux namespaces. Throws CoppiceError sandbox-unavailable, saying what to do, where it does not work. */
export async function openBubblewrap(options: BubblewrapOptions = {}): Promise<Sandbox> {
  const mounts = [...systemMounts(options.readable ?? []), ...nodeMounts(options.hidden ?? [])];
  await prove(mounts);
  return {
    name: "bubblewrap",
    describe: () =>
      "bubblewrap: commands see their worktree, a home and /tmp of their own, system programs read-only, their own processes, and no network unless it is allowed.",
    wrap: (command) => ({
      file: "bwrap",
      args: [...isolation(command.network), ...mounts, ...folderMounts(command), "--", command.file, ...command.args],
      cwd: "/",
      // bwrap itself is started with the clean environment: what it was started with can be read inside at /proc/1/environ.
      env: cleanEnvironment(command, "/tmp"),
    }),
  };
}

function isolation(network: boolean): string[] {
  const namespaces = ["--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"];
  return [
    ...namespaces,
    ...(network ? [] : ["--unshare-net"]),
    // Programs that refuse to run as root, or behave otherwise as root, see an ordinary user.
    ...["--uid", "1000", "--gid", "1000", "--hostname", "sandbox"],
    ...["--cap-drop", "ALL", "--die-with-parent", "--new-session"],
  ];
}

/** Node may live in somebody's home (version managers). */
function nodeMounts(hidden: readonly string[]): readonly string[] {
  const executable = process.execPath;
  if (systemFolders.some((system) => executable.startsWith(`${system}/`))) return [];
  return runtimeMounts({ executable, hidden: [homedir(), ...hidden] });
}

function systemMounts(more: readonly string[]): string[] {
  const folders = systemFolders.filter(existsSync).flatMap((folder) =>
    // Where /bin is a link into /usr, it is one inside as well.
    lstatSync(folder).isSymbolicLink() ? ["--symlink", readlinkSync(folder), folder] : ["--ro-bind", folder, folder],
  );
  const files = settings.filter(existsSync).flatMap((file) => ["--ro-bind", file, file]);
  const others = more.flatMap((folder) => ["--ro-bind", folder, folder]);
  return [...folders, ...files, "--proc", "/proc", "--dev", "/dev", ...others];
}

function folderMounts({ folders }: SandboxCommand): string[] {
  const { worktree, home, temp, readable } = folders;
  return [
    // First, since the others may lie below it.
    ...["--bind", temp, "/tmp"],
    ...readable.flatMap((folder) => ["--ro-bind", folder, folder]),
    ...["--bind", home, home, "--bind", worktree, worktree],
    ...["--chdir", worktree],
  ];
}

async function prove(mounts: readonly string[]): Promise<void> {
  const result = await execa("bwrap", [...isolation(false), ...mounts, "--", "true"], {
    reject: false,
    timeout: 10_000,
    extendEnv: false,
    env: { PATH: process.env.PATH ?? "/usr/bin:/bin" },
  });
  if (result.exitCode === 0) return;
  const why =
    result.code === "ENOENT"
      ? "it is not installed (Debian, Ubuntu: apt install bubblewrap; Fedora: dnf install bubblewrap)"
      : `it does not work here: ${result.stderr.trim().split("\n").at(-1) || `exit code ${result.exitCode}`}`;
  throw new CoppiceError(
    "sandbox-unavailable",
    `bubblewrap confines agents, and ${why}; --dangerously-no-sandbox runs them unconfined`,
    { cause: result },
  );
}
