import { noPlan } from "../../../core/plan/apply.ts";
import { edit } from "./edit.ts";
import type { Handled, Handler, Turn } from "./handler.ts";
import { refused } from "./handler.ts";
import { assign, priority } from "./steer.ts";
import { add, modify, remove, split } from "./tasks.ts";

/** One change of an approved plan; alone it only says that the comment's other commands are such changes. */
export const amend: Handler<"amend"> = async ({ change }, turn) => {
  const { state } = turn;
  if (state === undefined) return refused(noPlan);
  if (state.record.status.kind === "draft") {
    return refused("the plan is a draft and can be changed as it is; write the change without /amend");
  }
  return change === undefined ? { kind: "done" } : changeOf(change, turn);
};

type Change = NonNullable<Parameters<typeof amend>[0]["change"]>;

function changeOf(change: Change, turn: Turn): Promise<Handled> {
  switch (change.verb) {
    case "add":
      return add(change, turn);
    case "modify":
      return modify(change, turn);
    case "split":
      return split(change, turn);
    case "remove":
      return remove(change, turn);
    case "assign":
      return assign(change, turn);
    case "priority":
      return priority(change, turn);
    case "edit":
      return edit(change, turn);
  }
}
