import type { Plan, Proposal } from "../../core/plan/plan.ts";
import { fileLink, sayCommand } from "./page.ts";
import { cutMark, describeCommand } from "./words.ts";

/** Of a comment of 60,000 the rest is for what the planner says. */
const maxLength = 20_000;
/** Of each text; many proposals are then shown whole. */
const maxValue = 1_000;

/** What a proposal would change, old → new for each field, and how to take it: for the answer that makes it. */
export function formatProposalText(
  { number, revision, changes }: Pick<Proposal, "number" | "revision" | "changes">,
  plan: Plan,
  { prefixed = false, ledgerUrl }: { readonly prefixed?: boolean; readonly ledgerUrl?: string } = {},
): string {
  const lines: string[] = [];
  let room = maxLength;
  let whole = true;
  for (const line of changes.flatMap((change) => describeCommand(change, plan, { value: maxValue, title: 120 }))) {
    room -= line.length + 3;
    whole &&= room >= 0 && !line.includes(cutMark);
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
    `${sayCommand(`accept p${number}`, prefixed)} takes it.${whole ? "" : ` Not all of it is shown here: the whole is in ${fileLink(ledgerUrl, "proposal.yaml")} of the ledger.`}`,
  ].join("\n");
}
