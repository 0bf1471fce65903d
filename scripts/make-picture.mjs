// Makes docs/picture.png from a running demo: the issue's page while some tasks are done, some run and some wait.
// Needs Chromium (CHROMIUM, default /usr/bin/chromium) and a build: npm run build && node scripts/make-picture.mjs
import { spawn } from "node:child_process";
import { chromium } from "playwright-core";

const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const demo = spawn(process.execPath, ["dist/src/cli/main.js", "demo"], { stdio: ["ignore", "pipe", "inherit"] });

try {
  const address = await issueAddress();
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  try {
    const page = await browser.newPage({ viewport: { width: 1100, height: 700 }, deviceScaleFactor: 2 });
    await untilInterestingOn(page, address);
    await page.screenshot({ path: "docs/picture.png" });
  } finally {
    await browser.close();
  }
} finally {
  demo.kill("SIGINT");
}

/** The address of the issue, as the demo prints it. */
function issueAddress() {
  return new Promise((resolve, reject) => {
    let said = "";
    demo.stdout.on("data", (piece) => {
      said += piece;
      const found = /http:\/\/\S+\/issues\/1\b/.exec(said);
      if (found) resolve(found[0]);
    });
    demo.once("exit", () => reject(new Error("the demo ended before it opened an issue")));
  });
}

/** At least two tasks done and two running; two minutes at most. */
async function untilInterestingOn(page, address) {
  for (let look = 0; look < 240; look++) {
    await page.goto(address);
    const words = await page.locator(".pill").allTextContents();
    const count = (state) => words.filter((word) => word.trim() === state).length;
    if (count("done") >= 2 && count("running") >= 2) return;
    await page.waitForTimeout(500);
  }
  throw new Error("no moment with two tasks done and two running");
}
