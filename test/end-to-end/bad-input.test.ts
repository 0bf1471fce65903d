import { mkdtemp, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { coppice, git, makeRepository, removeFolder } from "../support/up-process.ts";

let repository: string;
const folders: string[] = [];

beforeAll(async () => {
  repository = await makeRepository({ "README.md": "# Sample\n" });
  folders.push(repository);
});

afterAll(() => Promise.all(folders.map(removeFolder)));

describe("coppice up refuses with one clear line", () => {
  it("a folder that is no git repository", async () => {
    const folder = await emptyFolder();
    const answer = await coppice(["up"], { folder });
    expectRefusal(answer, /is not in a git work tree; run git init there, or pass --repo PATH/);
  });

  it("a folder that is not there", async () => {
    const answer = await coppice(["up", "--repo", "nowhere"], { folder: repository });
    expectRefusal(answer, /nowhere is not a folder; pass a git repository with --repo/);
  });

  it("a repository without a commit", async () => {
    const folder = await emptyFolder();
    await git(folder, "init", "--quiet");
    expectRefusal(await coppice(["up"], { folder }), /has no commit yet; make one first/);
  });

  it("a detached HEAD", async () => {
    const folder = await makeRepository({ "README.md": "# Sample\n" });
    folders.push(folder);
    await git(folder, "checkout", "--quiet", "--detach");
    expectRefusal(await coppice(["up"], { folder }), /has a detached HEAD; check out the branch/);
  });

  it("a port that is in use", async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const address = taken.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const answer = await coppice(["up", "--port", `${port}`], { folder: repository });
    taken.close();
    expectRefusal(answer, new RegExp(`port ${port} is in use`));
  });

  it("an agent nobody knows", async () => {
    const answer = await coppice(["up", "--agent", "wizard"], { folder: repository });
    expectRefusal(answer, /no agent is called "wizard"; there are: anthropic, command:<shell line>/);
  });

  it("a model that is asked for without a key", async () => {
    const answer = await coppice(["up", "--planner", "anthropic"], { folder: repository });
    expectRefusal(answer, /ANTHROPIC_API_KEY is not set/);
  });

  it("an address of a model that is none", async () => {
    const environment = { ANTHROPIC_API_KEY: "x", ANTHROPIC_BASE_URL: "not an address" };
    const answer = await coppice(["up"], { folder: repository, environment });
    expectRefusal(answer, /ANTHROPIC_BASE_URL is not an address, which is no address/);
  });

  it("numbers that are none", async () => {
    expectRefusal(await coppice(["up", "--workers", "many"], { folder: repository }), /whole number from 0 to 32/);
    expectRefusal(await coppice(["up", "--port", "70000"], { folder: repository }), /whole number from 0 to 65535/);
  });

  it("a data folder that cannot be written to", async () => {
    const file = join(await emptyFolder(), "file");
    await writeFile(file, "");
    for (const data of [file, join(file, "below")]) {
      const answer = await coppice(["up", "--data", data], { folder: repository });
      expectRefusal(
        answer,
        /cannot be used as data folder \((EEXIST|ENOTDIR)\); choose one you can write to with --data/,
      );
    }
    expectRefusal(await coppice(["up", "--data", ""], { folder: repository }), /must be the path of a folder/);
  });

  it("faults that are none, or are not there", async () => {
    const path = join(await emptyFolder(), "faults.yml");
    expectRefusal(await coppice(["up", "--faults", path], { folder: repository }), /faults\.yml: .*\(ENOENT\)/);
    await writeFile(path, "requests:\n  - fault: reset\n    share: 3\n");
    expectRefusal(await coppice(["up", "--faults", path], { folder: repository }), /faults\.yml:3: requests\.0\.share/);
  });

  it("a data folder of another version", async () => {
    const data = await emptyFolder();
    await writeFile(join(data, "secrets.json"), '{"version": 99}');
    const answer = await coppice(["up", "--data", data], { folder: repository });
    expectRefusal(answer, /is not a file of this version/);
  });
});

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "coppice-empty-"));
  folders.push(folder);
  return folder;
}

function expectRefusal(answer: Awaited<ReturnType<typeof coppice>>, line: RegExp): void {
  expect(answer.stderr).toMatch(line);
  expect(String(answer.stderr).trim().split("\n")).toHaveLength(1);
  expect(answer.stdout).toBe("");
  expect(answer.exitCode).toBe(2);
}
