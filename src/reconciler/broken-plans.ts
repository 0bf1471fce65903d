import { CoppiceError } from "../core/errors.ts";
import type { Plans } from "../ports/plans.ts";
import { ledgerBranch } from "../wire/ledger-paths.ts";
import { neutraliseLine } from "../wire/neutralise.ts";
import { findOwnComment, formatBrokenMarker, isPlanComment } from "./perform/own-comment.ts";
import type { ReconcilerPorts } from "./ports.ts";

type Broken = Awaited<ReturnType<Plans["broken"]>>[number];

/** Tells in the thread which plans cannot be read, each trouble once; the plan comment comes right when they can be. */
export class BrokenPlans {
  readonly #ports: Pick<ReconcilerPorts, "forge" | "plans" | "log">;
  /** By plan, what is wrong; told or still to be told. */
  readonly #known = new Map<number, { readonly problem: string; readonly told: boolean }>();

  constructor(ports: Pick<ReconcilerPorts, "forge" | "plans" | "log">) {
    this.#ports = ports;
  }

  /** Looks at the ledger; gives the plans that cannot be read, and those that can be again. */
  async look(): Promise<{ readonly broken: readonly number[]; readonly mended: readonly number[] }> {
    const broken = await this.#ports.plans.broken();
    const issues = broken.map(({ issue }) => issue);
    const mended = [...this.#known.keys()].filter((issue) => !issues.includes(issue));
    for (const issue of mended) this.#known.delete(issue);
    for (const plan of broken) await this.#tellOnce(plan);
    return { broken: issues, mended };
  }

  /** What could not be told is told at the next look, unless the forge will never take it: there may be no such issue. */
  async #tellOnce(plan: Broken): Promise<void> {
    const { issue, problem } = plan;
    const known = this.#known.get(issue);
    if (known?.told && known.problem === problem) return;
    this.#known.set(issue, { problem, told: false });
    try {
      await this.#tell(plan);
      this.#known.set(issue, { problem, told: true });
    } catch (error) {
      const isFinal = error instanceof CoppiceError && /^forge-(not-found|refused)$/.test(error.code);
      if (isFinal) this.#known.set(issue, { problem, told: true });
      this.#ports.log.error({ plan: issue, error: String(error) }, "It could not be told that a plan cannot be read");
    }
  }

  async #tell({ issue, problem }: Broken): Promise<void> {
    const { forge } = this.#ports;
    const text = formatBrokenPlan(issue, problem);
    const found = await findOwnComment(forge, issue, (body) => isPlanComment(body, issue));
    if (found === undefined) await forge.comments.create(issue, text);
    else if (found.body !== text) await forge.comments.update(found.id, text);
  }
}

/** The plan comment while there is nothing else it could say. */
function formatBrokenPlan(plan: number, problem: string): string {
  return [
    formatBrokenMarker(plan),
    "## This plan cannot be read",
    "",
    `**Nothing new starts:** ${neutraliseLine(problem, 500)}`,
    "",
    `The files are on the branch \`${ledgerBranch}\`. Put right what is named there, or take the last commits back: the plan then shows here again by itself.`,
  ].join("\n");
}
