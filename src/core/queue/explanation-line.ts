import type { TaskKey } from "../task/task.ts";
import type { Explanation } from "./explain.ts";

const none: ReadonlySet<TaskKey> = new Set();

/** One line of it all, for lists: the reason, then what would help. What waits behind tasks that are `listed` leaves their reasons to them. */
export function explanationLine(explanation: Explanation, listed = none): string {
  const { line, place, workers } = explanation;
  const behind = explanation.behind.filter(({ key }) => !listed.has(key));
  const help = explanation.behind.length > 0 && behind.length === 0 ? [] : explanation.help;
  const after = place === undefined ? "" : ` (place ${place.position} of ${place.of})`;
  const because = behind
    .map((root) => `${root.key} ${root.state}${root.line === "" ? "" : `: ${root.line}`}`)
    .join("; ");
  const nobody = (workers ?? []).map(({ worker, why }) => `${worker}: ${why}`).join("; ");
  // "T1 failed" says nothing beside "T1 failed: why".
  const isTold = behind.some(({ key }) => line.startsWith(`${key} `));
  const reason = isTold ? "" : `${line}${after}`;
  const said = [reason, because, nobody].filter((part) => part !== "").join("; ");
  const more = help.filter((one) => !said.includes(one));
  return [said, ...more].join("; ");
}
