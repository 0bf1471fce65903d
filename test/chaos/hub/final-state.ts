import { findAnswerMarker } from "../../../src/wire/render/plan-marker.ts";
import type { Stage } from "../../reconciler/stage.ts";

/** What people find in the end, without what may differ: numbers, ids and times. Equal states mean that nothing was lost or doubled. */
export async function finalState({ world, forge, leases, plans }: Stage) {
  plans.doubt();
  const states = await plans.list();
  const comments = [...world.comments.values()];
  const written = new Map(comments.map(({ id, author, body }) => [id, `${author}: ${body}`]));
  const own = comments.filter(({ author }) => author === forge.botLogin);
  return {
    plans: states.map(({ plan, record, folded }) => ({
      goal: plan.goal,
      tasks: plan.tasks,
      status: record.status.kind,
      revisions: record.revisions.map(({ comment, summary }) => `${written.get(comment ?? 0)}: ${summary}`),
      folded,
    })),
    issues: [...world.issues.values()]
      .map(({ title, state, reason, labels }) => `${title}: ${state} ${reason} ${[...labels].toSorted()}`)
      .toSorted(),
    pulls: [...world.pulls.values()].map(({ title, state }) => `${title}: ${state}`).toSorted(),
    answers: own.flatMap(({ body }) => written.get(findAnswerMarker(body) ?? 0) ?? []).toSorted(),
    planComments: own.filter(({ body }) => findAnswerMarker(body) === undefined).length,
    leases: leases.current.size,
    branches: [...world.branches.keys()],
  };
}

/** What the app thinks of each comment, at a glance: a courtesy, which a process that dies may leave out. */
export function reactionsOf({ world }: Stage): readonly string[] {
  return [...world.reactions]
    .flatMap(([id, names]) => [...names].map((name) => `${world.comments.get(id)?.body}: ${name}`))
    .toSorted();
}

/** Each item that is open, by what it is there for, and whether each task has ended: for the checker. */
export function historyOf({ world }: Stage) {
  return [
    ...[...world.issues.values()].map(({ title, number, parent }) => ({
      ...({ kind: "open", key: `issue ${parent ?? ""} ${title}`, number } as const),
    })),
    ...[...world.pulls.values()]
      .filter(({ state }) => state === "open" || state === "merged")
      .map(({ branch, number }) => ({ kind: "open", key: `pull request of ${branch}`, number }) as const),
    ...[...world.issues.values()].map(
      ({ number, state, reason }) =>
        ({ kind: "end", task: `#${number}`, how: state === "closed" ? reason : undefined }) as const,
    ),
  ];
}
