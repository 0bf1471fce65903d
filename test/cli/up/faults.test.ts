import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Octokit } from "@octokit/rest";
import { afterAll, beforeAll, expect, it } from "vitest";
import { inspectRepository } from "../../../src/cli/up/preflight.ts";
import { startUp, type Up } from "../../../src/cli/up/start.ts";
import { readFaultPlan } from "../../../src/forge/index.ts";
import { makeRepository, removeFolder } from "../../support/up-process.ts";

let folder: string;
let data: string;
let up: Up;

beforeAll(async () => {
  folder = await makeRepository({ "README.md": "# Sample\n" });
  data = await mkdtemp(join(tmpdir(), "coppice-data-"));
  up = await startUp({
    repository: await inspectRepository(folder),
    dataFolder: data,
    port: 0,
    workers: 0,
    planner: "keywords",
    models: { model: "none" },
    sandbox: "none",
    network: false,
    limits: {},
    faults: readFaultPlan({
      requests: [{ fault: "status", status: 502, when: "after", route: "POST /repos/*/issues", times: 1 }],
      limits: "github",
    }),
  });
});

afterAll(async () => {
  await up.stop();
  await Promise.all([folder, data].map(removeFolder));
});

it("coppice up has its forge misbehave as told, once everything is up", async () => {
  const { apiUrl, owner, repo, token } = up.ready;
  const octokit = new Octokit({ baseUrl: apiUrl, auth: token, log: { debug() {}, info() {}, warn() {}, error() {} } });
  await expect(octokit.issues.create({ owner, repo, title: "Told of too late" })).rejects.toMatchObject({
    status: 502,
  });
  const { data: issues, headers } = await octokit.issues.listForRepo({ owner, repo });
  expect(issues.map(({ title }) => title)).toContain("Told of too late");
  expect(headers["x-ratelimit-limit"]).toBe("5000");
  expect(up.forge.admin.faultsSeen()).toMatchObject({ status: 1, after: 1, overLimit: 0 });
});
