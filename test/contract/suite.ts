import { afterAll, beforeAll, describe } from "vitest";
import { commentContract } from "./comments.ts";
import type { Host } from "./host.ts";
import { issueContract } from "./issues.ts";
import { labelContract } from "./labels.ts";
import { ledgerContract } from "./ledger.ts";
import { permissionContract } from "./permissions.ts";
import { planViewContract } from "./plan-views.ts";
import { pullContract } from "./pulls.ts";
import { repositoryContract } from "./repositories.ts";

/** What services rely on, run against every implementation of the forge's roles. */
export function forgeContract(name: string, start: () => Promise<Host>): void {
  describe(name, () => {
    let host: Host;
    beforeAll(async () => {
      host = await start();
    });
    afterAll(() => host.close());
    const repository = () => host.repository();
    describe("repositories", () => repositoryContract(repository));
    describe("issues", () => issueContract(repository));
    describe("comments", () => commentContract(repository));
    describe("labels", () => labelContract(repository));
    describe("permissions", () => permissionContract(repository));
    describe("plan views", () => planViewContract(repository));
    describe("pull requests", () => pullContract(repository));
    describe("the ledger", () => ledgerContract(repository));
  });
}
