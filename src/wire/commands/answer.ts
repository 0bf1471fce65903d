import { refuse } from "../../core/plan/refuse.ts";
import type { CommandRow } from "./command.ts";
import { quote } from "./command.ts";
import { tooLong, wordsOf } from "./words.ts";

/** What a question keeps as its answer, characters. */
const maxAnswer = 2_000;

export const answer: CommandRow = {
  usage: "Q1 <text>",
  summary: "Answer a question the planner asked.",
  examples: ["/answer Q1 Only people of the same team may see it"],
  aliases: [],
  needs: "write",
  takesBlock: true,
  takesBelow: true,
  parse(text, block) {
    const [word = "", number] = /^q([1-9]\d{0,3})[:.,]?(?=\s|$)/i.exec(text) ?? [];
    if (number === undefined) {
      const first = /^\S*/.exec(text)?.[0] ?? "";
      return refuse(`/answer needs a question first; read \`${quote(first)}\`, write for example /answer Q1 Yes`);
    }
    const words = wordsOf(text.slice(word.length).trim(), block);
    if (words === "") return refuse(`the answer is empty; write for example /answer Q${number} Yes`);
    const long = tooLong("answer", words, { most: maxAnswer });
    return long ?? { kind: "parsed", command: { verb: "answer", question: Number(number), text: words } };
  },
};
