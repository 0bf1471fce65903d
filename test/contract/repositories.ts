import { expect, test } from "vitest";
import type { HostedRepository } from "./host.ts";

export function repositoryContract(open: () => Promise<HostedRepository>): void {
  test("the app finds its repositories by name, whatever the case, and by listing", async () => {
    const { forge, installations } = await open();
    const { owner, name } = forge.repository;
    expect(await installations.list()).toContainEqual(expect.objectContaining({ owner, name }));
    expect((await installations.open({ owner, name: name.toUpperCase() }))?.repository).toEqual({ owner, name });
  });

  test("a repository without the app is absent", async () => {
    const { installations } = await open();
    expect(await installations.open({ owner: "nobody", name: "nothing" })).toBeUndefined();
  });

  test("it says its default branch, its bot and where git finds it, without credentials", async () => {
    const { forge } = await open();
    expect(forge).toMatchObject({ defaultBranch: "main", botLogin: "coppice[bot]" });
    expect(forge.gitUrl).toMatch(
      new RegExp(`^https?://[^@]+/${forge.repository.owner}/${forge.repository.name}\\.git$`),
    );
  });

  test("tokens for git differ by scope and are kept", async () => {
    const { forge } = await open();
    const [read, work, again] = [
      await forge.gitToken("read"),
      await forge.gitToken("work"),
      await forge.gitToken("work"),
    ];
    expect(read).not.toBe(work);
    expect(again).toBe(work);
  });
}
