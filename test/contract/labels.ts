import { expect, test } from "vitest";
import type { HostedRepository } from "./host.ts";

const running = { name: "coppice:running", color: "1d76db", description: "An agent works on it" };

export function labelContract(open: () => Promise<HostedRepository>): void {
  test("labels are made once and keep the colour people gave them", async () => {
    const { forge, labelColor } = await open();
    await forge.labels.ensure([running]);
    await forge.labels.ensure([
      { ...running, color: "000000" },
      { ...running, name: "coppice:failed" },
    ]);
    expect(await labelColor("coppice:running")).toBe("1d76db");
    expect(await labelColor("coppice:failed")).toBe("1d76db");
  });

  test("many issues change at once, and changing again changes nothing", async () => {
    const { forge } = await open();
    await forge.labels.ensure([running]);
    const issues = [];
    for (let count = 0; count < 12; count++) {
      issues.push(await forge.issues.create({ title: `${count}`, body: "", labels: ["coppice:queued"] }));
    }
    const changes = issues.map((issue) => ({ issue, add: ["coppice:running"], remove: ["coppice:queued"] }));
    await forge.labels.change(changes);
    await forge.labels.change(changes);
    for (const { number } of issues) expect((await forge.issues.get(number))?.labels).toEqual(["coppice:running"]);
  });

  test("a label that does not exist yet comes into being, and nothing to do is nothing", async () => {
    const { forge } = await open();
    const issue = await forge.issues.create({ title: "t", body: "", labels: [] });
    await forge.labels.change([{ issue, add: ["priority:high"], remove: [] }]);
    await forge.labels.change([{ issue, add: [], remove: [] }]);
    await forge.labels.change([]);
    expect((await forge.issues.get(issue.number))?.labels).toEqual(["priority:high"]);
  });

  test("who put a label on and who took it off is told, oldest first, apps apart from people", async () => {
    const { forge, relabel } = await open();
    const issue = await forge.issues.create({ title: "t", body: "", labels: ["priority:low"] });
    await relabel("grace", issue.number, { add: ["coppice:paused"], remove: [] });
    await forge.labels.change([{ issue, add: ["priority:low"], remove: ["coppice:paused"] }]);
    const acts = await forge.issues.labelActs(issue.number);
    expect(acts.map(({ at: _, ...act }) => act)).toEqual([
      { label: "priority:low", added: true, by: forge.botLogin, byApp: true },
      { label: "coppice:paused", added: true, by: "grace", byApp: false },
      { label: "coppice:paused", added: false, by: forge.botLogin, byApp: true },
    ]);
    expect(acts.every(({ at }) => Number.isFinite(Date.parse(at)))).toBe(true);
    expect(await forge.issues.labelActs(999_999)).toEqual([]);
  });
}
