import { Octokit } from "@octokit/rest";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromiumPath, startBrowser } from "../../support/chromium.ts";
import { installed, startWorld, type World } from "../support.ts";

// Without a browser on the machine there is nothing these tests could look with.
describe.skipIf(chromiumPath === undefined)("the pages in a real browser", () => {
  const place = { owner: "ada", repo: "tree" };
  const attack = `"><img src=x onerror="window.hacked=1"><script>window.hacked=1</script>`;
  let world: World;
  let browser: Browser;
  let bot: World["ada"];
  let base: string;

  beforeAll(async () => {
    world = await startWorld();
    base = `${world.forge.url}/ada/tree`;
    await world.ada.repos.createForAuthenticatedUser({ name: "tree", auto_init: true, description: attack });
    bot = (await installed(world)).octokit;
    browser = await startBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    await world?.close();
  });

  /** A page that notes everything it asks for and complains about, in a browser of its own. */
  async function open(options: BrowserContextOptions & { signedIn?: boolean } = {}) {
    const { signedIn = true, ...rest } = options;
    const context = await browser.newContext(rest);
    const page = await context.newPage();
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("dialog", (dialog) => complaints.push(`dialog: ${dialog.message()}`));
    page.on("request", (request) => requests.push(request.url()));
    if (signedIn) await signIn(page);
    return { page, complaints, requests, close: () => context.close() };
  }

  async function signIn(page: Page): Promise<void> {
    await page.goto(`${world.forge.url}/login`);
    await page.fill("#token", world.token);
    await page.click("main button");
    await page.waitForURL(`${world.forge.url}/`);
  }

  async function newIssue(title: string, body = "text") {
    return (await world.ada.issues.create({ ...place, title, body })).data;
  }

  it.each([
    ["with script", true],
    ["without script", false],
  ])("posts a comment %s, shows it, and tells webhooks who wrote it", async (_, javaScriptEnabled) => {
    const issue = await newIssue("talk");
    const { page, complaints, close } = await open({ javaScriptEnabled });
    await page.goto(`${base}/issues/${issue.number}`);
    await page.fill("#body", "A **bold** word\n\n/help");
    await page.click("text=Comment >> nth=-1");
    await page.waitForURL(/#issuecomment-\d+$/);
    expect(await page.textContent("article:last-of-type strong")).toBe("bold");
    await expect
      .poll(() => world.receiver.received.map(({ event, payload }) => ({ event, ...payload })))
      .toContainEqual(
        expect.objectContaining({
          event: "issue_comment",
          action: "created",
          sender: expect.objectContaining({ login: "ada" }),
          issue: expect.objectContaining({ number: issue.number }),
          comment: expect.objectContaining({ body: "A **bold** word\r\n\r\n/help" }),
        }),
      );
    expect(complaints).toEqual([]);
    await close();
  });

  it("signs in by a one-time link that was clicked on another site", async () => {
    const { page, close } = await open({ signedIn: false });
    const link = world.forge.admin.loginLink("ada");
    await page.setContent(`<a href="${link}">in</a>`);
    await page.click("a");
    await page.waitForURL(`${world.forge.url}/`);
    expect(await page.textContent(".account")).toContain("ada");
    await close();
  });

  it("shows what happens elsewhere without a reload, and keeps what is being written", async () => {
    const issue = await newIssue("live");
    const { page, complaints, close } = await open();
    await page.goto(`${base}/issues/${issue.number}`);
    await page.fill("#body", "half a sentence");
    await bot.issues.createComment({ ...place, issue_number: issue.number, body: "news from the bot" });
    await page.waitForSelector("text=news from the bot");
    expect(await page.inputValue("#body")).toBe("half a sentence");
    expect(await page.textContent(".badge")).toBe("bot");
    expect(complaints).toEqual([]);
    await close();
  });

  it("draws a plan's tasks with their states and what they wait for", async () => {
    const plan = await newIssue("plan");
    const tasks = [];
    for (const title of ["design", "build", "test"]) {
      const { data } = await bot.issues.create({ ...place, title });
      await bot.issues.addSubIssue({ ...place, issue_number: plan.number, sub_issue_id: data.id });
      tasks.push(data);
    }
    const [design, build, test] = tasks;
    if (!design || !build || !test) throw new Error("three tasks were made");
    await bot.issues.addBlockedByDependency({ ...place, issue_number: build.number, issue_id: design.id });
    await bot.issues.addBlockedByDependency({ ...place, issue_number: test.number, issue_id: build.id });
    await bot.issues.update({ ...place, issue_number: design.number, state: "closed" });
    await bot.issues.addLabels({ ...place, issue_number: build.number, labels: ["coppice:running"] });
    const { page, close } = await open({ signedIn: false });
    await page.goto(`${base}/issues/${plan.number}`);
    const boxes = await page
      .locator("svg .task")
      .evaluateAll((links) =>
        links.map((link) => [link.getAttribute("class"), link.querySelector(".title")?.textContent]),
      );
    expect(boxes).toEqual([
      ["task task-done", "design"],
      ["task task-running", "build"],
      ["task task-blocked", "test"],
    ]);
    expect(await page.textContent(".tasks header")).toContain("1 of 3 done");
    expect(await page.textContent(".tasks li:last-child")).toContain(`waits for #${build.number}`);
    expect(await page.locator("svg .edges path").count()).toBe(2);
    await close();
  });

  it("fits a phone: nothing is wider than the screen", async () => {
    const issue = await newIssue(
      "a-very-long-title-without-any-space-".repeat(5),
      `\`${"x".repeat(400)}\`\n\n|${" column |".repeat(30)}\n|${"---|".repeat(30)}\n`,
    );
    const { page, close } = await open({ viewport: { width: 360, height: 740 } });
    for (const path of ["", "/issues", `/issues/${issue.number}`, "/blob/main/README.md"]) {
      await page.goto(base + path);
      expect(await page.evaluate("document.documentElement.scrollWidth"), path).toBe(360);
    }
    await close();
  });

  it("runs nothing that strangers wrote, wherever they wrote it, and asks no other machine for anything", async () => {
    // Not held against GitHub's description: what such names do to addresses is not the matter here.
    const ada = new Octokit({ baseUrl: world.forge.apiUrl, auth: world.token });
    const plain = new Octokit({ baseUrl: world.forge.apiUrl, auth: (await installed(world)).token });
    const contents = Buffer.from(
      `${attack}\n[x](javascript:window.hacked=1) ![p](https://example.com/p.png)\n`,
    ).toString("base64");
    const readme = await ada.repos.getReadme(place);
    const file = { ...place, path: "README.md", sha: readme.data.sha, content: contents };
    await ada.repos.createOrUpdateFileContents({ ...file, message: attack });
    const { data: main } = await ada.git.getRef({ ...place, ref: "heads/main" });
    const branch = `work-"><img/src=x`;
    await ada.git.createRef({ ...place, ref: `refs/heads/${branch}`, sha: main.object.sha });
    const path = `a"><img src=x onerror=window.hacked=1>.html`;
    await ada.repos.createOrUpdateFileContents({ ...place, path, message: attack, content: contents, branch });
    const pull = (await plain.pulls.create({ ...place, head: branch, base: "main", title: attack, body: attack })).data;
    const output = { title: attack, summary: attack, text: attack };
    await plain.checks.create({
      ...place,
      name: attack,
      head_sha: pull.head.sha,
      status: "completed",
      conclusion: "failure",
      output,
    });
    await ada.pulls.createReview({ ...place, pull_number: pull.number, event: "COMMENT", body: attack });
    const label = (
      await ada.issues.createLabel({ ...place, name: `"><img src=x onerror=window.h=1>`, description: attack })
    ).data.name;
    const issue = (
      await ada.issues.create({
        ...place,
        title: attack,
        body: `${attack}\n\n<svg onload=window.hacked=1>`,
        labels: [label],
      })
    ).data;
    const child = await newIssue(attack);
    for (const sub of [child, await newIssue(attack)])
      await plain.issues.addSubIssue({ ...place, issue_number: issue.number, sub_issue_id: sub.id });
    await ada.issues.createComment({
      ...place,
      issue_number: issue.number,
      body: "[click](javascript:window.hacked=1) <iframe srcdoc='<script>top.hacked=1</script>'>",
    });

    const { page, complaints, requests, close } = await open();
    const search = `/issues?label=${encodeURIComponent(attack)}`;
    const tree = `/tree/${encodeURIComponent(branch)}`;
    const paths = [
      "",
      "/issues",
      search,
      `/issues/${issue.number}`,
      "/pulls",
      `/pull/${pull.number}`,
      tree,
      "/commits/main",
      `/commit/${pull.head.sha}`,
    ];
    for (const path of ["/", ...paths.map((path) => `/ada/tree${path}`)]) {
      const answer = await page.goto(world.forge.url + path);
      expect(answer?.status(), path).toBe(200);
      await page.locator("details").evaluateAll((all) => all.map((details) => details.setAttribute("open", "")));
      expect(await page.evaluate("window.hacked ?? window.h ?? 'safe'"), path).toBe("safe");
      expect(
        await page.locator("a[href^='javascript' i], img[src='x'], iframe, [onerror], main script").count(),
        path,
      ).toBe(0);
    }
    // The README's `src=x` is looked for in the repository, where it is not.
    expect(complaints.filter((text) => !text.includes("404"))).toEqual([]);
    expect(requests.filter((address) => !address.startsWith(`${world.forge.url}/`))).toEqual([]);
    await close();
  });
});
