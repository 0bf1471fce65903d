import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { installed, startWorld, type World } from "../support.ts";

let world: World;
let url: string;

beforeAll(async () => {
  world = await startWorld();
  url = world.forge.url;
  await world.ada.repos.createForAuthenticatedUser({ name: "tree", auto_init: true });
  await world.ada.repos.createForAuthenticatedUser({ name: "secret", auto_init: true, private: true });
  await world.ada.issues.create({ owner: "ada", repo: "tree", title: "First", body: "text" });
  await world.ada.issues.create({ owner: "ada", repo: "secret", title: "Hidden", body: "text" });
});

afterAll(() => world.close());

const get = (path: string, headers: Record<string, string> = {}) => fetch(url + path, { headers, redirect: "manual" });

function post(path: string, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url + path, { method: "POST", body: new URLSearchParams(fields), headers, redirect: "manual" });
}

/** A signed-in browser's cookie, and the token its forms carry. */
async function signIn(): Promise<{ cookie: string; form: string }> {
  const answer = await post("/login", { token: world.token });
  const cookie = answer.headers.get("set-cookie")?.split(";")[0] ?? "";
  const page = await (await get("/ada/tree/issues/1", { cookie })).text();
  return { cookie, form: /name="form" value="([^"]+)"/.exec(page)?.[1] ?? "" };
}

describe("signing in", () => {
  it("gives a cookie no script can read and no other site can use, without the token in it", async () => {
    const answer = await post("/login", { token: world.token });
    expect(answer.status).toBe(303);
    const cookie = answer.headers.get("set-cookie") ?? "";
    expect(cookie).toMatch(/; HttpOnly; SameSite=Strict; Max-Age=\d+/);
    expect(cookie).not.toContain(world.token.slice(4));
  });

  it("refuses what is no token, and a cookie that was changed", async () => {
    expect((await post("/login", { token: "ghp_wrong" })).status).toBe(401);
    const { cookie } = await signIn();
    const [name, value = ""] = cookie.split("=");
    const forged = `${name}=${value.replace(/^\d+/, (id) => String(Number(id) + 1))}`;
    expect(await (await get("/", { cookie })).text()).toContain("Sign out");
    expect(await (await get("/", { cookie: forged })).text()).toContain("Sign in");
  });

  it("works once with a one-time link", async () => {
    const link = world.forge.admin.loginLink("ada").slice(url.length);
    const first = await get(link);
    const cookie = first.headers.get("set-cookie")?.split(";")[0] ?? "";
    expect(await (await get("/", { cookie })).text()).toContain("Sign out");
    const second = await get(link);
    expect(second.status).toBe(401);
    expect(second.headers.get("set-cookie")).toBeNull();
  });

  it("ends with signing out", async () => {
    const { cookie, form } = await signIn();
    const answer = await post("/logout", { form }, { cookie });
    expect(answer.headers.get("set-cookie")).toContain("Max-Age=0");
  });
});

describe("writing", () => {
  it("takes a comment only from a form of the same session and site", async () => {
    const { cookie, form } = await signIn();
    const path = "/ada/tree/issues/1/comments";
    expect((await post(path, { body: "x" }, { cookie })).status).toBe(403);
    expect((await post(path, { body: "x", form: "made up" }, { cookie })).status).toBe(403);
    expect((await post(path, { body: "x", form }, { cookie, origin: "https://example.com" })).status).toBe(403);
    expect((await post(path, { body: "x", form: (await signIn()).form }, { cookie })).status).toBe(403);
    expect(
      (
        await fetch(url + path, {
          method: "POST",
          headers: { cookie, "content-type": "text/plain" },
          body: `form=${form}&body=x`,
        })
      ).status,
    ).toBe(415);
    const comments = await world.ada.issues.listComments({ owner: "ada", repo: "tree", issue_number: 1 });
    expect(comments.data).toEqual([]);
    const good = await post(path, { body: "line one\r\nline two", form }, { cookie, origin: url });
    expect(good.status).toBe(303);
    expect(good.headers.get("location")).toMatch(/^\/ada\/tree\/issues\/1#issuecomment-\d+$/);
    const after = await world.ada.issues.listComments({ owner: "ada", repo: "tree", issue_number: 1 });
    expect(after.data.map(({ body }) => body)).toEqual(["line one\r\nline two"]);
  });

  it("tells nobody's comment that it must sign in, and an empty one that it is empty", async () => {
    const page = await (await get("/login")).text();
    expect(page).toContain("Sign in");
    const anonymous = await post("/ada/tree/issues/1/comments", { body: "x", form: "" });
    expect(anonymous.status).toBe(403);
    const { cookie, form } = await signIn();
    const empty = await post("/ada/tree/issues/1/comments", { body: "  ", form }, { cookie });
    expect(empty.status).toBe(422);
    expect(await empty.text()).toContain("body is missing");
  });

  it("opens, closes and reopens an issue", async () => {
    const { cookie, form } = await signIn();
    expect(await (await get("/ada/tree/issues/new", { cookie })).text()).toContain('name="title"');
    const opened = await post("/ada/tree/issues", { title: "From a page", body: "", form }, { cookie });
    const page = opened.headers.get("location") ?? "";
    await post(`${page}/close`, { form }, { cookie });
    expect(await (await get(page, { cookie })).text()).toMatch(/task-done">\s*done|thread-closed/);
    await post(`${page}/reopen`, { form }, { cookie });
    const { data } = await world.ada.issues.get({
      owner: "ada",
      repo: "tree",
      issue_number: Number(page.split("/").at(-1)),
    });
    expect(data).toMatchObject({ title: "From a page", state: "open", body: null, state_reason: "reopened" });
  });
});

describe("reading", () => {
  it("hides private repositories from strangers in every view", async () => {
    expect(await (await get("/")).text()).not.toContain("secret");
    for (const path of ["", "/issues", "/issues/1", "/pulls", "/tree/main", "/raw/main/README.md", "/commits/main"]) {
      const answer = await get(`/ada/secret${path}`);
      expect(answer.status, path).toBe(404);
      expect(await answer.text()).not.toContain("Hidden");
    }
    const { cookie } = await signIn();
    expect(await (await get("/ada/secret/issues/1", { cookie })).text()).toContain("Hidden");
  });

  it("lets no page load, run, frame or post elsewhere", async () => {
    for (const path of ["/", "/login", "/ada/tree", "/ada/tree/issues/1", "/nothing/there"]) {
      const { headers } = await get(path);
      expect(headers.get("content-security-policy"), path).toMatch(
        /default-src 'none'; style-src 'self'; img-src 'self'; connect-src 'self'; script-src 'nonce-[\w+/=]+'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'/,
      );
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("cache-control")).toBe("no-store");
    }
  });

  it("gives files of a repository as pictures or as text that nothing runs", async () => {
    const content = Buffer.from("<script>alert(1)</script>").toString("base64");
    for (const path of ["page.html", "drawing.svg"]) {
      await world.ada.repos.createOrUpdateFileContents({ owner: "ada", repo: "tree", path, message: path, content });
    }
    const page = await get("/ada/tree/raw/main/page.html");
    expect(page.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    const drawing = await get("/ada/tree/raw/main/drawing.svg");
    expect(drawing.headers.get("content-type")).toBe("image/svg+xml");
    for (const { headers } of [page, drawing]) {
      expect(headers.get("content-security-policy")).toContain("sandbox");
      expect(headers.get("content-security-policy")).not.toContain("script-src");
    }
    expect((await get("/ada/tree/raw/main/../../../etc/passwd")).status).toBe(404);
    expect((await get("/ada/tree/blob/main/none.txt")).status).toBe(404);
  });

  it("finds files on branches whose names have slashes", async () => {
    const { data } = await world.ada.git.getRef({ owner: "ada", repo: "tree", ref: "heads/main" });
    await world.ada.git.createRef({
      owner: "ada",
      repo: "tree",
      ref: "refs/heads/topic/on-it/no",
      sha: data.object.sha,
    });
    const encoded = encodeURIComponent("topic/on-it/no");
    expect((await get(`/ada/tree/blob/${encoded}/README.md`)).status).toBe(200);
    expect((await get("/ada/tree/tree/topic/on-it/no")).status).toBe(200);
  });

  it("shows a pull request's checks, lines and state, before and after it is merged", async () => {
    const place = { owner: "ada", repo: "tree" };
    const { data: main } = await world.ada.git.getRef({ ...place, ref: "heads/main" });
    await world.ada.git.createRef({ ...place, ref: "refs/heads/fix", sha: main.object.sha });
    const content = Buffer.from("one\ntwo\n").toString("base64");
    const file = { ...place, path: "fix.txt", branch: "fix", message: "Fix it", content };
    await world.ada.repos.createOrUpdateFileContents(file);
    const { data: pull } = await world.ada.pulls.create({
      ...place,
      head: "fix",
      base: "main",
      title: "Fix",
      body: "Closes #1",
    });
    const { octokit: bot } = await installed(world);
    const output = { title: "all good", summary: "**12** passed", text: "" };
    await bot.checks.create({ ...place, name: "verify", head_sha: pull.head.sha, conclusion: "success", output });
    const open = await (await get(`/ada/tree/pull/${pull.number}`)).text();
    for (const text of [
      "Can be merged",
      "verify",
      "all good",
      "<strong>12</strong> passed",
      "1 file changed",
      "<td>two</td>",
      "Fix it",
    ]) {
      expect(open).toContain(text);
    }
    await world.ada.pulls.merge({ ...place, pull_number: pull.number });
    const merged = await (await get(`/ada/tree/pull/${pull.number}`)).text();
    for (const text of ["thread-merged", "by ada", "1 file changed", "<td>two</td>"]) expect(merged).toContain(text);
    expect((await get(`/ada/tree/issues/${pull.number}`)).headers.get("location")).toBe(
      `/ada/tree/pull/${pull.number}`,
    );
    expect(await (await get("/ada/tree/pulls?state=closed")).text()).toContain("Fix");
    expect(await (await get("/ada/tree/issues/1")).text()).toContain("thread-closed");
  });

  it("keeps git's own address for git", async () => {
    const answer = await get("/ada/tree.git/info/refs?service=git-upload-pack");
    expect(answer.headers.get("content-type")).toBe("application/x-git-upload-pack-advertisement");
    expect(await answer.text()).toContain("refs/heads/main");
  });
});
