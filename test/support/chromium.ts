import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

/** Where a browser is, or undefined: tests that need one are then skipped. */
export const chromiumPath = [
  process.env.CHROMIUM_PATH ?? "",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
].find((path) => path !== "" && existsSync(path));

/** A real browser without a screen. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
}
