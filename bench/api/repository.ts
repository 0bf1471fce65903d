import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";

/** A repository with one commit and room for so many tasks; work counts as verified at once, so that pull requests merge by themselves. */
export async function makeRepository(folder: string, tasks: number): Promise<string> {
  await mkdir(join(folder, ".github"), { recursive: true });
  await writeFile(join(folder, "README.md"), "# Sample\n");
  await writeFile(join(folder, ".github", "coppice.yml"), `verify: "true"\nmax-tasks: ${tasks}\n`);
  const identity = ["-c", "user.name=Bench", "-c", "user.email=bench@example.invalid"];
  const git = (...words: string[]) => execa("git", ["-C", folder, ...identity, ...words], { timeout: 30_000 });
  await git("init", "--quiet", "--initial-branch=main");
  await git("add", "--all");
  await git("commit", "--quiet", "--message=Start");
  return folder;
}
