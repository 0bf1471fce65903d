import { planLimits } from "../../core/plan/limits.ts";
import { refuse } from "../../core/plan/refuse.ts";
import type { CommandRow } from "./command.ts";
import { quote } from "./command.ts";

export const undo: CommandRow = {
  usage: "[3|r3]",
  summary: "Go back one revision, several, or to a certain one.",
  examples: ["/undo", "/undo 3", "/undo r3"],
  aliases: [],
  needs: "write",
  takesBlock: false,
  parse(text) {
    if (text === "") return { kind: "parsed", command: { verb: "undo" } };
    const revision = /^r([1-9]\d{0,5})$/i.exec(text)?.[1];
    if (revision !== undefined) return { kind: "parsed", command: { verb: "undo", revision: Number(revision) } };
    const steps = /^\d{1,6}$/.test(text) ? Number(text) : 0;
    if (steps >= 1 && steps <= planLimits.revisions) return { kind: "parsed", command: { verb: "undo", steps } };
    return refuse(
      `/undo knows no \`${quote(text)}\`; write /undo, the number of steps from 1 to ${planLimits.revisions}, or a revision, for example /undo r3`,
    );
  },
};
