import { neutraliseLine } from "../../../wire/neutralise.ts";
import { formatPlanList } from "../../../wire/render/plan-list.ts";
import type { Handler } from "./handler.ts";

/** More plans than this that cannot be read are only counted. */
const maxBroken = 20;

/** Every plan of the repository, those that cannot be read with the reason. */
export const plans: Handler<"plans"> = async (_, { options, policy }) => {
  const { store, doneTasks } = options;
  const rows = (await store.list()).map((state) => ({ state, done: doneTasks(state.record.issue) }));
  const list = formatPlanList(rows, { prefixed: policy.commands === "prefixed" });
  const broken = await store.broken();
  const told = broken.slice(0, maxBroken).map(({ issue, problem }) => `- #${issue}: ${neutraliseLine(problem, 300)}`);
  if (broken.length > maxBroken) told.push(`- … and ${broken.length - maxBroken} more`);
  const text = told.length === 0 ? list : [list, "", "Cannot be read, and is left alone:", "", ...told].join("\n");
  return { kind: "done", say: () => text };
};
