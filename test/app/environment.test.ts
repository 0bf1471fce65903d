import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";
import { readEnvironment } from "../../src/app/environment.ts";
import { defaultAnthropicModel } from "../../src/models/anthropic.ts";

const pem = generateKeyPairSync("rsa", { modulusLength: 2048 })
  .privateKey.export({ type: "pkcs1", format: "pem" })
  .toString()
  .trim();

const enough = {
  APP_ID: "12",
  PRIVATE_KEY: pem,
  WEBHOOK_SECRET: "a secret",
  COPPICE_OPERATOR_TOKEN: "0123456789abcdefghij",
};

test("a minimal environment gives GitHub, port 3000 and no model", () => {
  expect(readEnvironment(enough)).toEqual({
    appId: 12,
    privateKey: pem,
    webhookSecret: "a secret",
    webhookPath: "/api/github/webhooks",
    apiUrl: "https://api.github.com",
    host: "0.0.0.0",
    port: 3000,
    hubPort: 3100,
    dataFolder: resolve(".coppice-data"),
    operatorToken: "0123456789abcdefghij",
    hubId: undefined,
    planner: "auto",
    anthropic: undefined,
    defaultAgent: undefined,
    logLevel: "info",
  });
});

test("a hub may be named", () => {
  expect(readEnvironment({ ...enough, COPPICE_HUB_ID: "hub-1.example" }).hubId).toBe("hub-1.example");
  expect(() => readEnvironment({ ...enough, COPPICE_HUB_ID: "a b" })).toThrow(/COPPICE_HUB_ID: letters, digits/);
});

test("a private key may be written with \\n, in base64, or lie in a file", async () => {
  const folder = await mkdtemp(join(tmpdir(), "coppice-key-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, "app.pem");
  await writeFile(path, `${pem}\n`);
  for (const given of [
    { PRIVATE_KEY: pem.replaceAll("\n", "\\n") },
    { PRIVATE_KEY: Buffer.from(pem).toString("base64") },
    { PRIVATE_KEY: undefined, PRIVATE_KEY_PATH: path },
  ]) {
    expect(readEnvironment({ ...enough, ...given }).privateKey).toBe(pem);
  }
});

test("a model's key and address are taken as they are set", () => {
  const given = {
    ...enough,
    ANTHROPIC_API_KEY: "k",
    ANTHROPIC_BASE_URL: "http://127.0.0.1:9",
    COPPICE_PLANNER: "anthropic",
  };
  expect(readEnvironment(given).anthropic).toEqual({
    apiKey: "k",
    baseUrl: "http://127.0.0.1:9",
    model: defaultAnthropicModel,
  });
});

test("everything that is missing is named in one line", () => {
  expect(() => readEnvironment({ APP_ID: " " })).toThrow(
    /^environment: APP_ID: missing: the app's id; WEBHOOK_SECRET: missing: .*; COPPICE_OPERATOR_TOKEN: missing: .*; PRIVATE_KEY: missing: [^\n]*$/,
  );
});

test.each<[Record<string, string | undefined>, string]>([
  [{ APP_ID: "coppice" }, "APP_ID: the app's id is a number"],
  [{ PRIVATE_KEY: "-----BEGIN nonsense" }, "PRIVATE_KEY: is no private key in PEM form"],
  [{ PRIVATE_KEY: undefined, PRIVATE_KEY_PATH: "/nowhere.pem" }, "PRIVATE_KEY_PATH: there is no file /nowhere.pem"],
  [{ PORT: "many" }, "PORT: a port number"],
  [{ GITHUB_API_URL: "ftp://x" }, "GITHUB_API_URL: an http or https address"],
  [{ WEBHOOK_PATH: "hooks" }, "WEBHOOK_PATH: a path like /api/github/webhooks"],
  [{ COPPICE_OPERATOR_TOKEN: "short" }, "COPPICE_OPERATOR_TOKEN: at least 20 characters"],
  [{ COPPICE_PLANNER: "magic" }, "COPPICE_PLANNER: auto, anthropic or keywords"],
  [{ COPPICE_PLANNER: "anthropic" }, "ANTHROPIC_API_KEY: missing, but COPPICE_PLANNER is anthropic"],
  [{ LOG_LEVEL: "loud" }, "LOG_LEVEL: trace, debug"],
])("%o is refused with what would be right", (given, line) => {
  expect(() => readEnvironment({ ...enough, ...given })).toThrow(line);
});

test("a problem with the key never shows the key", () => {
  const broken = pem.replace("BEGIN RSA", "BEGIN DSA").slice(0, 200);
  expect(() => readEnvironment({ ...enough, PRIVATE_KEY: broken })).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining(broken.slice(40, 80)) }),
  );
});

test("the manifest asks for the events that are handled and for no more rights than promised", async () => {
  const manifest = parse(await readFile(new URL("../../app.yml", import.meta.url), "utf8"));
  expect(new URL(manifest.hook_attributes.url).pathname).toBe(readEnvironment(enough).webhookPath);
  expect(manifest.default_permissions).toEqual({
    checks: "write",
    contents: "write",
    issues: "write",
    pull_requests: "write",
    actions: "read",
    merge_queues: "read",
    metadata: "read",
    statuses: "read",
  });
  const { handlers } = await import("../../src/app/handlers/index.ts");
  const names = new Set<string>();
  const on = (events: string | string[]) => {
    for (const name of [events].flat()) names.add(name.split(".")[0] ?? "");
  };
  for (const handler of handlers) handler({ on } as never, () => undefined);
  const unasked = ["installation", "installation_repositories"];
  expect([...manifest.default_events, ...unasked].sort()).toEqual([...names].sort());
});
