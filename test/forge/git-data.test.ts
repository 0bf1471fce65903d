import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually, refusal, startWorld, type World } from "./support.ts";

let world: World;
const sample = { owner: "ada", repo: "sample" };
const base64 = (text: string) => Buffer.from(text).toString("base64");

beforeAll(async () => {
  world = await startWorld();
  await world.ada.repos.createForAuthenticatedUser({ name: "sample", auto_init: true });
});

afterAll(() => world.close());

const head = async (branch = "main") =>
  (await world.ada.git.getRef({ ...sample, ref: `heads/${branch}` })).data.object.sha;

describe("refs", () => {
  test("are created once, also outside heads and tags, and read with slashes either way", async () => {
    const sha = await head();
    const ref = "refs/coppice/leases/7";
    const made = await world.ada.git.createRef({ ...sample, ref, sha });
    expect(made.data).toMatchObject({ ref, object: { sha, type: "commit" } });
    const again = await refusal(world.ada.git.createRef({ ...sample, ref, sha }));
    expect(again).toEqual({ status: 422, message: "Reference already exists" });
    for (const path of ["coppice/leases/7", "coppice%2Fleases%2F7"]) {
      const answer = await fetch(`${world.forge.apiUrl}/repos/ada/sample/git/ref/${path}`);
      expect(await answer.json()).toMatchObject({ ref });
    }
    expect((await refusal(world.ada.git.getRef({ ...sample, ref: "heads/absent" }))).status).toBe(404);
  });

  test("of many racing creations one wins", async () => {
    const sha = await head();
    const race = Array.from({ length: 12 }, () =>
      world.ada.git.createRef({ ...sample, ref: "refs/coppice/race", sha }),
    );
    const outcomes = await Promise.allSettled(race);
    expect(outcomes.filter((outcome) => outcome.status === "fulfilled")).toHaveLength(1);
  });

  test("move forward only, unless forced", async () => {
    const old = await head();
    const { data } = await world.ada.repos.createOrUpdateFileContents({
      ...sample,
      path: "forward.txt",
      message: "Forward",
      content: base64("1"),
    });
    const newer = data.commit.sha ?? "";
    expect(await head()).toBe(newer);
    const back = { ...sample, ref: "heads/main", sha: old };
    expect((await refusal(world.ada.git.updateRef(back))).message).toBe("Update is not a fast forward");
    await world.ada.git.updateRef({ ...back, force: true });
    expect(await head()).toBe(old);
    await world.ada.git.updateRef({ ...back, sha: newer });
    const absent = { ...sample, ref: "heads/absent", sha: old };
    expect((await refusal(world.ada.git.updateRef(absent))).message).toBe("Reference does not exist");
    const nothing = { ...sample, ref: "heads/main", sha: "1".repeat(40) };
    expect((await refusal(world.ada.git.updateRef(nothing))).message).toBe("Object does not exist");
  });

  test("are listed by prefix", async () => {
    const sha = await head();
    for (const name of ["heads/feature-a", "heads/feature-b", "heads/other"]) {
      await world.ada.git.createRef({ ...sample, ref: `refs/${name}`, sha });
    }
    const { data } = await world.ada.git.listMatchingRefs({ ...sample, ref: "heads/feature-" });
    expect(data.map((ref) => ref.ref)).toEqual(["refs/heads/feature-a", "refs/heads/feature-b"]);
    await world.ada.git.deleteRef({ ...sample, ref: "heads/other" });
    expect((await refusal(world.ada.git.getRef({ ...sample, ref: "heads/other" }))).status).toBe(404);
    const deleted = await eventually(() => world.receiver.received.find((row) => row.event === "delete"));
    expect(deleted.payload).toMatchObject({ ref: "other", ref_type: "branch" });
  });

  test("with impossible or reserved names are refused and change nothing", async () => {
    const sha = await head();
    const names = [
      "refs/heads/a..b",
      "refs/heads/../../x",
      "heads/x",
      "refs/heads/a b",
      "refs/heads/x.lock",
      "refs/pull/1/head",
    ];
    for (const ref of [...names, "refs/heads/feature-a/below", "refs/heads/-x\ny"]) {
      expect((await refusal(world.ada.git.createRef({ ...sample, ref, sha }))).status).toBe(422);
    }
    // By fetch: the description knows no body for this refusal, though GitHub says why.
    const main = `${world.forge.apiUrl}/repos/ada/sample/git/refs/heads/main`;
    const refused = await fetch(main, { method: "DELETE", headers: { authorization: `token ${world.token}` } });
    expect(refused.status).toBe(422);
    const { data } = await world.ada.git.listMatchingRefs({ ...sample, ref: "heads" });
    expect(data.map((ref) => ref.ref)).toEqual(["refs/heads/feature-a", "refs/heads/feature-b", "refs/heads/main"]);
  });
});

describe("contents", () => {
  test("are written with the blob they replace, and a stale one is a conflict", async () => {
    const file = { ...sample, path: "docs/guide.md", message: "Guide" };
    const first = await world.ada.repos.createOrUpdateFileContents({ ...file, content: base64("one") });
    expect(first.status).toBe(201);
    const sha = first.data.content?.sha ?? "";
    expect((await refusal(world.ada.repos.createOrUpdateFileContents({ ...file, content: base64("x") }))).status).toBe(
      422,
    );
    const second = await world.ada.repos.createOrUpdateFileContents({ ...file, content: base64("two"), sha });
    expect(second.status).toBe(200);
    expect(second.data.commit).toMatchObject({ message: "Guide", author: { name: "ada" } });
    const stale = world.ada.repos.createOrUpdateFileContents({ ...file, content: base64("three"), sha });
    expect((await refusal(stale)).status).toBe(409);
    const push = await eventually(() =>
      world.receiver.received.find((row) => row.event === "push" && row.payload.after === second.data.commit.sha),
    );
    expect(push.payload).toMatchObject({ head_commit: { modified: ["docs/guide.md"] }, sender: { login: "ada" } });
  });

  test("are read as JSON, raw, and as a folder", async () => {
    const { data } = await world.ada.repos.getContent({ ...sample, path: "docs/guide.md" });
    if (Array.isArray(data) || data.type !== "file") throw new Error("not a file");
    expect(Buffer.from(data.content, "base64").toString()).toBe("two");
    const raw = await world.ada.repos.getContent({ ...sample, path: "docs/guide.md", mediaType: { format: "raw" } });
    expect(raw.data).toBe("two");
    const folder = await world.ada.repos.getContent({ ...sample, path: "docs" });
    expect(folder.data).toMatchObject([{ name: "guide.md", path: "docs/guide.md", type: "file" }]);
    const root = await world.ada.repos.getContent({ ...sample, path: "" });
    expect(root.data).toMatchObject(expect.arrayContaining([expect.objectContaining({ name: "docs", type: "dir" })]));
    expect((await refusal(world.ada.repos.getContent({ ...sample, path: "absent" }))).status).toBe(404);
  });

  test("are deleted by one commit on the named branch", async () => {
    const target = { ...sample, path: "docs/guide.md", branch: "feature-a", message: "x" };
    const made = await world.ada.repos.createOrUpdateFileContents({ ...target, content: base64("1") });
    const sha = made.data.content?.sha ?? "";
    const gone = await world.ada.repos.deleteFile({ ...target, sha });
    expect(gone.data.content).toBeNull();
    const read = world.ada.repos.getContent({ ...sample, path: "docs/guide.md", ref: "feature-a" });
    expect((await refusal(read)).status).toBe(404);
    await world.ada.repos.getContent({ ...sample, path: "docs/guide.md" });
  });

  test("never leave the tree", async () => {
    const before = await head();
    for (const path of ["../x", "a/../../x", ".git/config", "a/.GIT/hooks/x", "a//b", "a/./b"]) {
      const put = world.ada.request("PUT /repos/{owner}/{repo}/contents/{path}", {
        ...sample,
        path,
        message: "x",
        content: base64("x"),
      });
      expect((await refusal(put)).status, path).toBe(422);
    }
    expect(await head()).toBe(before);
  });
});

describe("git objects", () => {
  test("make a commit from blobs and trees, as a client without a clone does", async () => {
    const parent = await head();
    const base = (await world.ada.git.getCommit({ ...sample, commit_sha: parent })).data.tree.sha;
    const blob = await world.ada.git.createBlob({ ...sample, content: base64("\u0000binary"), encoding: "base64" });
    const tree = await world.ada.git.createTree({
      ...sample,
      base_tree: base,
      tree: [
        { path: "bin/run", mode: "100755", type: "blob", sha: blob.data.sha },
        { path: "bin/note.txt", mode: "100644", type: "blob", content: "note" },
        { path: "forward.txt", mode: "100644", type: "blob", sha: null },
      ],
    });
    const person = { name: "Grace", email: "grace@example.com", date: "2026-01-02T03:04:05Z" };
    const made = await world.ada.git.createCommit({
      ...sample,
      message: "Made by hand",
      tree: tree.data.sha,
      parents: [parent],
      author: person,
    });
    expect(made.data).toMatchObject({ message: "Made by hand", author: person, parents: [{ sha: parent }] });
    const read = await world.ada.git.getTree({ ...sample, tree_sha: made.data.sha, recursive: "1" });
    const paths = read.data.tree.map((entry) => `${entry.mode} ${entry.path}`);
    expect(paths).toEqual(expect.arrayContaining(["040000 bin", "100755 bin/run", "100644 bin/note.txt"]));
    expect(paths.join()).not.toContain("forward.txt");
    const bytes = await world.ada.git.getBlob({ ...sample, file_sha: blob.data.sha });
    expect(Buffer.from(bytes.data.content, "base64").toString()).toBe("\u0000binary");
    await world.ada.git.updateRef({ ...sample, ref: "heads/main", sha: made.data.sha });
  });

  test("of the wrong kind or absent are refused", async () => {
    const tree = (await world.ada.git.getCommit({ ...sample, commit_sha: await head() })).data.tree.sha;
    const message = "x";
    const wrong = [
      async () => world.ada.git.createCommit({ ...sample, message, tree: await head(), parents: [] }),
      () => world.ada.git.createCommit({ ...sample, message, tree, parents: [tree] }),
      () =>
        world.ada.git.createTree({ ...sample, tree: [{ path: "../x", mode: "100644", type: "blob", content: "x" }] }),
      () =>
        world.ada.git.createTree({
          ...sample,
          tree: [{ path: "x", mode: "100644", type: "blob", sha: "2".repeat(40) }],
        }),
      () => world.ada.git.createRef({ ...sample, ref: "refs/heads/tree", sha: tree }),
    ];
    for (const request of wrong) expect((await refusal(request())).status).toBe(422);
    expect((await refusal(world.ada.git.getCommit({ ...sample, commit_sha: "3".repeat(40) }))).status).toBe(404);
  });
});

describe("history", () => {
  test("is listed newest first, by page, by branch and by path", async () => {
    const { data, headers } = await world.ada.repos.listCommits({ ...sample, per_page: 2 });
    expect(data).toHaveLength(2);
    expect(data[0]?.sha).toBe(await head());
    expect(headers.link).toContain('rel="next"');
    const all = await world.ada.paginate(world.ada.repos.listCommits, { ...sample, per_page: 2 });
    expect(all.length).toBeGreaterThan(3);
    expect(all.at(-1)?.commit.message).toBe("Initial commit");
    const guide = await world.ada.repos.listCommits({ ...sample, path: "docs/guide.md" });
    expect(guide.data.map((commit) => commit.commit.message)).toEqual(["Guide", "Guide"]);
    const one = await world.ada.repos.getCommit({ ...sample, ref: "main" });
    expect(one.data.files?.map((file) => `${file.status} ${file.filename}`)).toContain("removed forward.txt");
    expect(one.data.author?.login ?? null).toBeNull();
  });

  test("tells branches and what lies between two of them", async () => {
    const branches = await world.ada.repos.listBranches(sample);
    expect(branches.data.map((branch) => branch.name)).toEqual(["feature-a", "feature-b", "main"]);
    const branch = await world.ada.repos.getBranch({ ...sample, branch: "feature-a" });
    expect(branch.data.commit.sha).toBe(await head("feature-a"));
    const { data } = await world.ada.repos.compareCommitsWithBasehead({ ...sample, basehead: "feature-b...main" });
    expect(data).toMatchObject({ status: "ahead", behind_by: 0 });
    expect(data.files?.find((file) => file.filename === "docs/guide.md")?.patch).toBe(
      "@@ -0,0 +1 @@\n+two\n\\ No newline at end of file",
    );
  });
});
