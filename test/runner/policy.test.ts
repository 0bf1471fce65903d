import { describe, expect, it } from "vitest";
import type { ChangedFile } from "../../src/ports/workspaces.ts";
import { toFailure } from "../../src/runner/failure.ts";
import { judgeDiff } from "../../src/runner/policy.ts";
import { findSecret, hideSecrets } from "../../src/runner/secrets.ts";

function file(path: string, change: Partial<ChangedFile> = {}): ChangedFile {
  return { path, change: "added", oldMode: "000000", newMode: "100644", content: Buffer.from("text\n"), ...change };
}

function link(path: string, target: string): ChangedFile {
  return file(path, { newMode: "120000", content: Buffer.from(target) });
}

describe("a diff", () => {
  it.each([
    [file(".github/workflows/ci.yml"), /\.github/],
    [file(".GitHub/coppice.yml"), /changed by people/],
    [
      file(".github/workflows/ci.yml", { change: "deleted", newMode: "000000", content: undefined }),
      /changed by people/,
    ],
    [file("CODEOWNERS"), /who owns code/],
    [file("docs/codeowners"), /who owns code/],
    [file(".coppice/out/result.md"), /Coppice's own/],
    [file(".Coppice/x"), /Coppice's own/],
    [file("module", { newMode: "160000", content: undefined }), /submodules/],
    [file("module", { oldMode: "160000", newMode: "000000", content: undefined }), /submodules/],
    [file(".gitmodules"), /submodules/],
    [file("a/.git/config"), /\.git folder/],
    [file("a/.GIT./config"), /\.git folder/],
    [file("GIT~1/config"), /\.git folder/],
    [file(".g\u200cit/config"), /\.git folder/],
    [file(".git::$INDEX_ALLOCATION/config"), /\.git folder/],
    [link("link", "/etc/passwd"), /leaves/],
    [link("link", "../outside"), /leaves/],
    [link("a/b/link", "../../../outside"), /leaves/],
    [link("a/link", "b/../../../outside"), /leaves/],
    [link("link", ".git/config"), /leaves/],
    [link("link", ""), /leaves/],
    [file("a", { content: Buffer.from(`x ghs_${"a".repeat(36)} y`) }), /GitHub token/],
    [file("a", { content: Buffer.from("\0\xff AKIAIOSFODNN7EXAMPLE", "latin1") }), /AWS access key/],
    [file("a", { content: Buffer.from(`sk-ant-${"a".repeat(40)}`) }), /Anthropic key/],
    [file("a", { content: Buffer.from("-----BEGIN OPENSSH PRIVATE KEY-----\n") }), /private key/],
    [file("known-secret-value"), /credential of this run/],
  ])("with %j is refused", (changed, reason) => {
    expect(judgeDiff([file("fine.txt"), changed], ["known-secret-value"])).toMatch(reason);
  });

  it.each([
    [file("src/github/client.ts")],
    [file("docs/.github.md")],
    [file(".gitignore")],
    [file(".gitattributes")],
    [file("src/git/gits.ts")],
    [link("a/b/link", "../../c")],
    [link("link", "a/b")],
    [file("bin/run", { newMode: "100755" })],
    [file("gone", { change: "deleted", oldMode: "120000", newMode: "000000", content: undefined })],
  ])("with %j is fine", (changed) => {
    expect(judgeDiff([changed], ["known-secret-value"])).toBeUndefined();
  });

  it("of more than 100 files or 4 MiB is refused", () => {
    const many = Array.from({ length: 101 }, (_, index) => file(`f${index}`));
    expect(judgeDiff(many, [])).toMatch(/at most 100/);
    expect(judgeDiff(many.slice(1), [])).toBeUndefined();
    const half = file("half", { content: Buffer.alloc(2 * 1024 * 1024 + 1) });
    expect(judgeDiff([half, { ...half, path: "other" }], [])).toMatch(/at most 4194304/);
  });
});

describe("a known secret", () => {
  const secret = "s3cr3t/value+of=this run";

  it.each([
    ["as it is", secret],
    ["in base64", Buffer.from(secret).toString("base64")],
    ["in base64 behind one byte", Buffer.from(`x${secret}`).toString("base64")],
    ["in base64 behind two bytes and before others", Buffer.from(`xy${secret}zzzz`).toString("base64")],
    ["in hex", Buffer.from(secret).toString("hex")],
    ["in a URL", encodeURIComponent(secret)],
    ["backwards", [...secret].reverse().join("")],
  ])("is found %s, and hidden", (_, disguised) => {
    expect(findSecret(`before ${disguised} after`, [secret])).toBe("a credential of this run");
    const hidden = hideSecrets(`before ${disguised} after`, [secret]);
    expect(findSecret(hidden, [secret])).toBeUndefined();
    expect(hidden).toMatch(/^before .*\*\*\*.* after$/);
  });

  it("is not looked for when it is too short to be one", () => {
    expect(findSecret("a short text", ["short"])).toBeUndefined();
    expect(findSecret("a text", [""])).toBeUndefined();
  });
});

describe("a failure", () => {
  it("is one line without secrets, control characters and excess", () => {
    const step = {
      kind: "failure",
      reason: "verify-failed",
      message: "a\n  b\u001b[31mred\u0007 known-secret-value \u202e",
    } as const;
    expect(toFailure(step, { secrets: ["known-secret-value"], now: 0 })).toEqual({
      kind: "verify-failed",
      message: "a | bred *** ",
      at: "1970-01-01T00:00:00.000Z",
    });
    const long = toFailure({ ...step, message: "x".repeat(900) }, { secrets: [], now: 0 });
    expect(long.message).toHaveLength(500);
  });
});
