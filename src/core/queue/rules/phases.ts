import type { Effect } from "../effects.ts";
import type { Snapshot } from "../snapshot.ts";
import type { Rule } from "./rule.ts";
import { isDoubtful } from "./rule.ts";

/** Phase parents that were found by their marker and are not in the ledger. */
export const recordPhases: Rule = ({ snapshot: { state, phases = [] } }) => {
  const found = phases.flatMap(({ name, number, id, nodeId }) =>
    state.record.phases?.[name] === undefined ? [{ name, issue: { number, id, nodeId } }] : [],
  );
  return found.length === 0 ? [] : [{ kind: "record-phases", phases: found }];
};

/** A person who opens one again takes it over: the ledger says that it was closed. */
export const closeUnwantedPhases: Rule = (survey) =>
  survey.snapshot.state.record.status.kind !== "cancelled" || isDoubtful(survey)
    ? []
    : closePhases(survey.snapshot, "not_planned");

/** Those that are open and ours. */
export function closePhases({ phases = [] }: Snapshot, reason: "completed" | "not_planned"): readonly Effect[] {
  const open = phases.filter(({ state, givenUp }) => state === "open" && !givenUp);
  if (open.length === 0) return [];
  return [{ kind: "close-phases", phases: open.map(({ name, number }) => ({ name, number })), reason }];
}
