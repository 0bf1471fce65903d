import { planLimits } from "../../core/plan/limits.ts";
import { refuse } from "../../core/plan/refuse.ts";
import type { CommandRow } from "./command.ts";
import { quote } from "./command.ts";
import { splitKey } from "./task-options.ts";
import { tooLong, wordsOf } from "./words.ts";

/** More parts at once make no plan anybody reads. */
const maxParts = 20;

export const split: CommandRow = {
  usage: "T2 [into 3] [how]",
  summary: "Cut one task into several; what waited for it waits for the parts.",
  examples: ["/split T2", "/split T2 into 3", "/split T2 into 2 one for the server, one for the page"],
  aliases: [],
  needs: "write",
  takesBlock: true,
  takesBelow: true,
  parse(text, block) {
    const { key, word, rest } = splitKey(text);
    if (key === undefined) {
      return refuse(`/split needs a task first; read \`${quote(word)}\`, write for example /split T2 into 3`);
    }
    const [read = "", digits] = /^into:?\s+(\d+)(?:\s+(?:tasks|parts))?(?:\s*[:,;])?(?=\s|$)/i.exec(rest) ?? [];
    const into = Number(digits ?? 2);
    if (into < 2 || into > maxParts) {
      return refuse(`a task is split into 2 to ${maxParts} parts; read \`${quote(read)}\`, write /split ${key} into 3`);
    }
    const words = wordsOf(rest.slice(read.length).trim(), block);
    const command = {
      verb: "split" as const,
      key,
      ...(digits === undefined ? {} : { into }),
      ...(words === "" ? {} : { text: words }),
    };
    return tooLong("text", words, { most: planLimits.description }) ?? { kind: "parsed", command };
  },
};
