import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { announceUp, findUp, type RunningUp } from "../../../src/cli/up/client-file.ts";

const up: RunningUp = {
  apiUrl: "http://127.0.0.1:1/api/v3",
  owner: "local",
  repo: "sample",
  token: "a-token",
  hubUrl: "http://127.0.0.1:2",
  operatorToken: "another",
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "coppice-client-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** The file as a process with this id would have written it. */
async function writtenBy(pid: number): Promise<void> {
  await writeFile(join(folder, "client.json"), JSON.stringify({ version: 1, pid, ...up }));
}

describe("what other commands are told about a running up", () => {
  it("is for its owner's eyes, and gone when it is taken back", async () => {
    const withdraw = await announceUp(folder, up);
    const file = join(folder, "client.json");
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(file, "utf8"))).toEqual({ version: 1, pid: process.pid, ...up });
    await withdraw();
    expect(await findUp(folder)).toEqual({ kind: "none" });
  });

  it("is found while that process lives, and stale once it was killed", async () => {
    // Its command line names us, as an `up` does.
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)", "coppice"], { stdio: "ignore" });
    await once(child, "spawn");
    await writtenBy(child.pid ?? 0);
    expect(await findUp(folder)).toEqual({ kind: "running", up });
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(await findUp(folder)).toEqual({ kind: "stale" });
  });

  it("is stale when a stranger has the process id now", async () => {
    const stranger = spawn("sleep", ["60"], { stdio: "ignore" });
    await once(stranger, "spawn");
    await writtenBy(stranger.pid ?? 0);
    expect(await findUp(folder)).toEqual({ kind: "stale" });
    stranger.kill("SIGKILL");
  });

  it.each(["", "{", '{"version":2}', '{"version":1,"pid":-1}', "[[[["])(
    "counts as none when it says %j",
    async (text) => {
      await writeFile(join(folder, "client.json"), text);
      expect(await findUp(folder)).toEqual({ kind: "none" });
    },
  );
});
