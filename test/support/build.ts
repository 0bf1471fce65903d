import { execa } from "execa";

/** End-to-end tests start the built program, so it is built (incrementally) once before any test runs. */
export default async function setup(): Promise<void> {
  await execa("npm", ["run", "--silent", "build"], { stdio: "inherit" });
}
