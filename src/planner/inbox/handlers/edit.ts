import { noPlan } from "../../../core/plan/apply.ts";
import { parseEdit } from "../../../wire/edit-yaml.ts";
import { planPath } from "../../../wire/ledger-paths.ts";
import { ledgerFileUrl } from "../../../wire/render/page.ts";
import { formatEditable } from "./editable.ts";
import type { Handler } from "./handler.ts";
import { refused } from "./handler.ts";
import { whyNobody } from "./tasks.ts";

/** The whole plan as somebody wrote it; without a block it is shown, to be copied and changed. */
export const edit: Handler<"edit"> = async ({ yaml }, turn) => {
  const { before, state, specialists } = turn;
  if (before === undefined) return refused(noPlan);
  if (yaml === undefined) {
    const ledgerUrl = ledgerFileUrl(turn.commanded.issue.url, planPath(turn.comment.issue));
    const prefixed = turn.policy.commands === "prefixed";
    return {
      kind: "done",
      say: (after) => (after === undefined ? "" : formatEditable(after, { prefixed, ledgerUrl })),
    };
  }
  const record = { ...before.record, tasks: state?.record.tasks ?? {} };
  const parsed = parseEdit(yaml, { plan: before.plan, record, revision: state?.record.revision ?? 0, specialists });
  if (parsed.kind === "refused") return refused(parsed.reason);
  const known = new Set(before.plan.tasks.map(({ specialist }) => specialist));
  const strange = parsed.tasks.find((task) => !known.has(task.specialist) && whyNobody(task, turn) !== undefined);
  return (strange && whyNobody(strange, turn)) ?? { kind: "done", changes: [parsed], exact: true };
};
