import { expect, test } from "vitest";
import type { HostedRepository } from "./host.ts";

export function permissionContract(open: () => Promise<HostedRepository>): void {
  test("everybody has the level they were given, and an unknown login none", async () => {
    const { forge } = await open();
    expect(await forge.permissions.of("ada")).toBe("admin");
    expect(await forge.permissions.of("grace")).toBe("write");
    expect(["none", "read"]).toContain(await forge.permissions.of("eve"));
    expect(await forge.permissions.of("nobody-of-that-name")).toBe("none");
  });

  test("a suspended account has none, whatever it was given", async () => {
    const { forge, suspend } = await open();
    await suspend("grace");
    expect(await forge.permissions.of("grace")).toBe("none");
  });
}
