import { existsSync, readdirSync, readlinkSync, realpathSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";

export interface NodeRuntime {
  /** Node's executable, links resolved. */
  readonly executable: string;
  /** Folders that no command may see: this user's home, the worker's data. */
  readonly hidden: readonly string[];
}

/**
 * bubblewrap's arguments by which node runs where it lies outside the system's folders. A version manager gives each node a folder
 * of its own, which is shown; where node shares one with others (`~/.local`, a home), only node and its packages are.
 */
export function runtimeMounts({ executable, hidden }: NodeRuntime): readonly string[] {
  const folder = dirname(dirname(executable));
  const isShared = basename(folder) === ".local" || hidden.map(real).some((path) => isInside(path, folder));
  return isShared ? onlyNode(executable, folder) : readOnly(folder);
}

function onlyNode(executable: string, folder: string): readonly string[] {
  const packages = join(folder, "lib", "node_modules");
  const bin = dirname(executable);
  const commands = readdirSync(bin, { withFileTypes: true })
    .filter((entry) => entry.isSymbolicLink())
    .map(({ name }) => ({ path: join(bin, name), target: readlinkSync(join(bin, name)) }))
    // npm, npx and what npm installed for all projects.
    .filter(({ target }) => isInside(resolve(bin, target), packages));
  return [
    ...readOnly(executable),
    ...(existsSync(packages) ? readOnly(packages) : []),
    ...commands.flatMap(({ path, target }) => ["--symlink", target, path]),
  ];
}

function readOnly(path: string): readonly string[] {
  return ["--ro-bind", path, path];
}

/** True for the folder itself as well. */
function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !way.startsWith("../");
}

function real(path: string): string {
  return existsSync(path) ? realpathSync(path) : resolve(path);
}
