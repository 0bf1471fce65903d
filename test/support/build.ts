import { execa } from "execa";
import { useMemoryFolder } from "./memory-folder.ts";

/** End-to-end tests start the built program, so it is built (incrementally) once before any test runs. */
export default async function setup(): Promise<() => Promise<void>> {
  const takeAway = await useMemoryFolder();
  await execa("npm", ["run", "--silent", "build"], { stdio: "inherit" });
  return takeAway;
}
