import type { Plan, Proposal } from "../../core/plan/plan.ts";
import { sayCommand } from "./page.ts";
import { describeCommand } from "./words.ts";

/** Of a comment of 60,000 the rest is for what the planner says. */
const maxLength = 20_000;

/** What a proposal would change, old → new for each field, and how to take it: for the answer that makes it. */
export function formatProposalText(
  { number, revision, changes }: Pick<Proposal, "number" | "revision" | "changes">,
  plan: Plan,
  { prefixed = false }: { readonly prefixed?: boolean } = {},
): string {
  const lines: string[] = [];
  let room = maxLength;
  for (const line of changes.flatMap((change) => describeCommand(change, plan, { value: 200, title: 120 }))) {
    room -= line.length + 3;
    if (room < 0) {
      lines.push("- … and more");
      break;
    }
    lines.push(line.startsWith(" ") ? `  ${line.trimStart()}` : `- ${line}`);
  }
  return [
    `**Proposal P${number}** for r${revision}:`,
    "",
    ...lines,
    "",
    `${sayCommand(`accept p${number}`, prefixed)} takes it.`,
  ].join("\n");
}
