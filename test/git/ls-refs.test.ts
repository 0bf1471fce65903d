import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lsRefs } from "../../src/git/ls-refs.ts";
import type { ServedOrigin } from "./git-server.ts";
import { startServedOrigin } from "./git-server.ts";
import { git } from "./origin.ts";

const token = "a-token-of-this-test";
const signal = new AbortController().signal;
let served: ServedOrigin;

beforeEach(async () => {
  served = await startServedOrigin(token);
});
afterEach(() => served.close());

const ask = (url: string, ...prefixes: string[]) => lsRefs({ url, prefixes, token, signal });

/** What a server gives that answers every question with these bytes. */
async function answered(body: string, type = "application/x-git-upload-pack-result"): Promise<unknown> {
  const other = createServer((_, response) => response.writeHead(200, { "content-type": type }).end(body));
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const { port } = other.address() as AddressInfo;
  const answer = await ask(`http://127.0.0.1:${port}/x.git`, "refs/").catch((error: unknown) => error);
  other.closeAllConnections();
  await new Promise((resolve) => other.close(resolve));
  return answer;
}

describe("asking for refs", () => {
  it("gives those that begin as asked, as git itself lists them, thousands and annotated tags too", async () => {
    const main = await git(served.origin.folder, "rev-parse", "main");
    const names = Array.from({ length: 1_500 }, (_, at) => `refs/coppice/leases/${at}`);
    await writeFile(join(served.origin.folder, "packed-refs"), names.map((name) => `${main} ${name}\n`).join(""));
    await git(served.origin.folder, "tag", "-a", "-m", "a tag", "v1", "main");
    const listed = (await git(served.origin.folder, "for-each-ref", "--format=%(refname) %(objectname)")).split("\n");
    const all = new Map(listed.map((line) => [line.split(" ")[0], line.split(" ")[1]]));
    expect(all.size).toBe(names.length + 2);
    const url = served.url;
    expect(await ask(url, "refs/")).toEqual(all);
    const some = names.filter((name) => name.startsWith("refs/coppice/leases/149"));
    expect([...(await ask(url, "refs/heads/main", "refs/coppice/leases/149")).keys()].sort()).toEqual(
      [...some, "refs/heads/main"].sort(),
    );
    expect(await ask(url, "refs/none/")).toEqual(new Map());
  });

  it("is refused without the right token, and gives nothing of an answer that is cut off or none", async () => {
    const url = served.url;
    await expect(lsRefs({ url, prefixes: ["refs/"], token: "wrong", signal })).rejects.toThrow("401");
    const line = `003d${"1".repeat(40)} refs/heads/main\n`;
    expect(await answered(`${line}0000`)).toEqual(new Map([["refs/heads/main", "1".repeat(40)]]));
    for (const body of ["", line, line.slice(0, 30), `${line}0003`, "zzzz", "0014ERR no such repo\n0000", "0001"]) {
      expect(await answered(body)).toBeInstanceOf(Error);
    }
    expect(await answered(`${line}0000`, "text/html")).toBeInstanceOf(Error);
  });
});
