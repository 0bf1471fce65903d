import { steeringLabelsOf } from "../labels.ts";
import { differingFacets } from "../steering-labels.ts";
import type { Rule } from "./rule.ts";
import { createdTasks, isApproved, isDoubtful } from "./rule.ts";

/** Pause, priority and agent labels that differ from the record: only then is anybody asked who set them. */
export const heedLabels: Rule = (survey) => {
  const { catchUp, steering } = survey.snapshot.state.record;
  // What an amendment changes is put onto the issues first.
  if (!isApproved(survey) || isDoubtful(survey) || catchUp !== undefined) return [];
  const steered = steering?.tasks;
  const tasks = createdTasks(survey).flatMap(({ key, at: { task, labelsRest }, issue, givenUp }) => {
    if (givenUp || issue.state === "closed" || labelsRest !== undefined) return [];
    return differingFacets(issue.labels, steeringLabelsOf(task, steered?.[key])).length === 0 ? [] : [key];
  });
  return tasks.length === 0 ? [] : [{ kind: "heed-labels", tasks }];
};
