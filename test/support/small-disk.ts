import { execFileSync } from "node:child_process";

/** True where a file system of a size of our own can be mounted: for root only, and not in every container. */
export const canMount = mounts();

function mounts(): boolean {
  if (process.getuid?.() !== 0) return false;
  try {
    execFileSync("unshare", ["-m", "mount", "-t", "tmpfs", "none", "/mnt"], { stdio: "ignore" });
    execFileSync("mount", ["-f", "-t", "tmpfs", "none", "/mnt"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** A disk of so many MiB at this folder; gives the function that takes it away. */
export function mountDisk(folder: string, mebibytes: number): () => void {
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${mebibytes}m`, "none", folder]);
  return () => void execFileSync("umount", ["--lazy", folder]);
}
