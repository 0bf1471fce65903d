import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { homedir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Sandbox, SandboxFolders } from "../../src/ports/sandbox.ts";
import { openBubblewrap } from "../../src/sandbox/bubblewrap.ts";
import { createProcesses } from "../../src/sandbox/processes.ts";
import { makeFolder } from "../git/origin.ts";

const sandbox: Sandbox | undefined = await openBubblewrap().catch(() => undefined);

let folder: { path: string; remove(): Promise<void> };
let folders: SandboxFolders;

beforeEach(async () => {
  folder = await makeFolder();
  const path = (name: string) => join(folder.path, name);
  folders = {
    worktree: path("run/worktree"),
    home: path("run/home"),
    temp: path("run/temp"),
    readable: [path("objects")],
  };
  for (const name of ["run/worktree", "run/home", "run/temp", "objects"]) await mkdir(path(name), { recursive: true });
  await writeFile(path("objects/pack"), "object");
  await writeFile(path("secret"), "canary");
});
afterEach(() => folder.remove());

async function shell(line: string, network = false): Promise<string> {
  if (!sandbox) throw new Error("no sandbox");
  const command = { file: "/bin/sh", args: ["-c", line], folders, env: {}, network };
  const limits = { timeoutMilliseconds: 20_000, keepBytes: 65_536 };
  return (await createProcesses(sandbox).run(command, limits, new AbortController().signal)).output;
}

describe.skipIf(!sandbox)("bubblewrap", () => {
  it("lets a command write its worktree, home and temporary folder, and nothing else", async () => {
    await shell(
      `echo a > ${folders.worktree}/a; echo b > ~/b; echo c > "$TMPDIR/c"; echo d > ${folders.readable[0]}/pack`,
    );
    expect(await readFile(join(folders.worktree, "a"), "utf8")).toBe("a\n");
    expect(await readFile(join(folders.home, "b"), "utf8")).toBe("b\n");
    expect(await readFile(join(folders.temp, "c"), "utf8")).toBe("c\n");
    expect(await readFile(join(folder.path, "objects/pack"), "utf8")).toBe("object");
    const escapes = ["/usr/planted", "/etc/planted", "/planted", join(homedir(), "planted")];
    for (const path of [...escapes, join(folder.path, "secret")]) await shell(`echo planted > ${path}`);
    expect(await readFile(join(folder.path, "secret"), "utf8")).toBe("canary");
    expect(escapes.filter((path) => existsSync(path))).toEqual([]);
  });

  it("hides homes, other runs, services' sockets and secrets of the machine", async () => {
    const looks = [`cat ${folder.path}/secret`, `ls ${homedir()}`, "cat /etc/shadow", "ls /run /var", "cat /etc/ssh/*"];
    for (const look of looks) expect(await shell(`${look} 2>/dev/null; echo code $?`)).toMatch(/^code [1-9]/);
  });

  it("shows the mirror's objects and lets git, node and sh run", async () => {
    expect(await shell(`cat ${folders.readable[0]}/pack; git --version; node --version; id -u`)).toMatch(
      /^objectgit version .*\nv\d+.*\n1000\n$/,
    );
  });

  it("hides the launcher's environment and other processes", async () => {
    process.env.PLANTED_SECRET = "canary";
    const output = await shell(
      "env; cat /proc/*/environ | tr '\\0' '\\n'; cat /proc/*/cmdline | tr '\\0' ' '; ls -d /proc/[0-9]*",
    );
    delete process.env.PLANTED_SECRET;
    expect(output).not.toContain("canary");
    expect(output).not.toContain("vitest");
    expect(output).not.toContain(`/proc/${process.pid}\n`);
  });

  it("reaches no server unless the network is allowed", async () => {
    const server = createServer((_, response) => response.end("reached"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const ask = `node -e "fetch('http://127.0.0.1:${port}').then(r => r.text()).then(console.log, e => console.log('refused'))"`;
    expect(await shell(ask)).toBe("refused\n");
    expect(await shell(ask, true)).toBe("reached\n");
    server.close();
  });

  it("has no capabilities and cannot mount or see the terminal", async () => {
    expect(await shell("grep CapEff /proc/self/status")).toMatch(/CapEff:\s+0+\n/);
    expect(await shell("mount -t tmpfs none /tmp 2>/dev/null; echo code $?")).not.toContain("code 0");
    expect(await shell("(: < /dev/tty) 2>/dev/null; echo code $?")).not.toContain("code 0");
  });
});

describe("a machine without a working bubblewrap", () => {
  it("is told what to install and which flag there is", async () => {
    const path = process.env.PATH;
    process.env.PATH = "/nowhere";
    const error = await openBubblewrap().catch((reason: unknown) => reason);
    process.env.PATH = path;
    expect(error).toMatchObject({ code: "sandbox-unavailable" });
    expect(String(error)).toMatch(/apt install bubblewrap.*--dangerously-no-sandbox/);
  });
});
