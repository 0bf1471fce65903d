import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hostOf, originOf, parseRemote, parseRepositoryName } from "../../../src/cli/client/origin.ts";

describe("a remote's address", () => {
  it.each([
    "https://github.com/octo/sample",
    "https://github.com/octo/sample.git",
    "https://github.com/octo/sample/",
    "https://person:secret@github.com/octo/sample.git",
    "git@github.com:octo/sample.git",
    "github.com:octo/sample",
    "ssh://git@github.com/octo/sample.git",
    "ssh://git@github.com:22/octo/sample.git",
    "git://GitHub.com/octo/sample.git",
  ])("%s is octo/sample on github.com", (address) => {
    expect(parseRemote(address)).toEqual({ host: "github.com", owner: "octo", name: "sample" });
  });

  it.each(["", "/srv/git/sample.git", "../sample", "file:///srv/sample.git", "https://github.com/octo", "C:\\sample"])(
    "%j is no repository on a host",
    (address) => expect(parseRemote(address)).toBeUndefined(),
  );

  it("keeps dots and dashes of a name", () => {
    expect(parseRemote("git@ghe.acme.test:a-b/c.d-e_f.git")).toEqual({
      host: "ghe.acme.test",
      owner: "a-b",
      name: "c.d-e_f",
    });
  });
});

it("finds the web host of an API address", () => {
  expect(hostOf("https://api.github.com")).toBe("github.com");
  expect(hostOf("https://api.acme.ghe.com")).toBe("acme.ghe.com");
  expect(hostOf("https://ghe.acme.test/api/v3")).toBe("ghe.acme.test");
});

it.each(["octo", "octo/", "/sample", "octo/sample/more", "-octo/sample", "octo/sam ple", "https://github.com/o/n"])(
  "refuses %j as owner/name",
  (text) => {
    expect(() => parseRepositoryName(text)).toThrow(/is no owner\/name/);
  },
);

describe("a local repository's origin", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "coppice-origin-"));
    await execa("git", ["init", "--quiet", folder]);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  const setOrigin = (address: string) => execa("git", ["-C", folder, "remote", "add", "origin", address]);

  it("is taken when it is on the host that is asked", async () => {
    await setOrigin("git@github.com:octo/sample.git");
    expect(await originOf(folder, "https://api.github.com")).toEqual({ owner: "octo", name: "sample" });
  });

  it("is taken through GitHub's other ssh address", async () => {
    await setOrigin("ssh://git@ssh.github.com:443/octo/sample.git");
    expect(await originOf(folder, "https://api.github.com")).toEqual({ owner: "octo", name: "sample" });
  });

  it("is refused on any other host: the token is not for it", async () => {
    await setOrigin("https://elsewhere.test/octo/sample.git");
    await expect(originOf(folder, "https://api.github.com")).rejects.toThrow(
      /is not on github\.com; name the repository with --repository owner\/name/,
    );
  });

  it("is missed in so many words", async () => {
    await expect(originOf(folder, "https://api.github.com")).rejects.toThrow(/has no remote called origin/);
  });
});
