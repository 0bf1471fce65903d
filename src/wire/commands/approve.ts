import { refuse } from "../../core/plan/refuse.ts";
import type { CommandRow } from "./command.ts";
import { quote } from "./command.ts";

/** Phones make a long dash of two. */
const anywayWord = /^(?:--|[\u2013\u2014])?anyway$/i;

export const approve: CommandRow = {
  usage: "[r7] [--anyway]",
  summary:
    "Approve the plan: its tasks become issues and work begins. With the revision the plan comment prints it is exact; `--anyway` waives open questions.",
  examples: ["/approve r7", "/approve", "/approve r7 --anyway"],
  aliases: ["proceed"],
  needs: "write",
  takesBlock: false,
  parse(text) {
    const words = text.split(/\s+/).filter((word) => word !== "");
    const revisions = words.flatMap((word) => /^r([1-9]\d{0,5})$/i.exec(word)?.[1] ?? []);
    const strange = words.filter((word) => !anywayWord.test(word) && !/^r[1-9]\d{0,5}$/i.test(word));
    if (strange.length > 0) {
      return refuse(
        `/approve knows no \`${quote(strange.join(" "))}\`; write /approve, or with the revision you read, for example /approve r7`,
      );
    }
    if (new Set(revisions).size > 1) {
      return refuse(`read \`${quote(text)}\`, which names more than one revision; write for example /approve r7`);
    }
    const revision = revisions[0] === undefined ? {} : { revision: Number(revisions[0]) };
    return {
      kind: "parsed",
      command: { verb: "approve", ...revision, anyway: words.some((word) => anywayWord.test(word)) },
    };
  },
};
