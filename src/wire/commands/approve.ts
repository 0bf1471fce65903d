import type { CommandRow } from "./command.ts";
import { quote, refuse } from "./command.ts";

export const approve: CommandRow = {
  usage: "[r7]",
  summary:
    "Approve the plan: its tasks become issues and work begins. With the revision the plan comment prints it is exact.",
  examples: ["/approve r7", "/approve"],
  aliases: ["proceed"],
  changesPlan: false,
  parse(text) {
    if (text === "") return { kind: "parsed", command: { verb: "approve" } };
    const revision = /^r([1-9]\d{0,5})$/i.exec(text)?.[1];
    if (revision !== undefined) return { kind: "parsed", command: { verb: "approve", revision: Number(revision) } };
    return refuse(
      `/approve knows no \`${quote(text)}\`; write /approve, or with the revision you read, for example /approve r7`,
    );
  },
};
