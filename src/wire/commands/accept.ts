import { refuse } from "../../core/plan/refuse.ts";
import type { CommandRow } from "./command.ts";
import { quote } from "./command.ts";

export const accept: CommandRow = {
  usage: "[P1]",
  summary: "Take the changes the planner proposed, as one revision. With the proposal's number it is exact.",
  examples: ["/accept P1", "/accept"],
  aliases: [],
  needs: "write",
  takesBlock: false,
  parse(text) {
    if (text === "") return { kind: "parsed", command: { verb: "accept" } };
    const proposal = /^p([1-9]\d{0,5})$/i.exec(text)?.[1];
    if (proposal !== undefined) return { kind: "parsed", command: { verb: "accept", proposal: Number(proposal) } };
    return refuse(
      `/accept knows no \`${quote(text)}\`; write /accept, or with the proposal you read, for example /accept P1`,
    );
  },
};
