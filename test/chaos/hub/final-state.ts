import { parse } from "yaml";
import { z } from "zod";
import { findAnswerMarker } from "../../../src/wire/render/plan-marker.ts";
import type { Stage } from "../../reconciler/stage.ts";
import type { History } from "../history/history.ts";
import { worksOf } from "./witness.ts";

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

/** What happened on a stage, for the checker: its works in their order, its commands, its results, what there is in the end. */
export function historyOf(stage: Stage): History {
  return [...worksOf(stage), ...wordsOf(stage), ...foldsOf(stage), ...openOf(stage), ...endsOf(stage)];
}

/** Read without the product's parser. */
const recordFile = z.object({
  revisions: z.array(z.object({ comment: z.number().optional() })),
  status: z.object({ approval: z.object({ comment: z.number() }).optional() }),
});

/** Commands of whoever may do everything, and what shows that each was dealt with. */
function wordsOf({ world, forge }: Stage): History {
  const files = [...(world.ledger.at(-1)?.files ?? [])].filter(([path]) => path.endsWith("/record.yaml"));
  const records = files.map(([, text]) => recordFile.parse(parse(text)));
  const comments = [...world.comments.values()];
  const said = comments.filter(({ author, body }) => world.permissions.get(author) === "write" && body.startsWith("/"));
  const heard = [
    ...records.flatMap(({ revisions, status }) => [...revisions, status.approval ?? {}]),
    ...comments.map(({ author, body }) => ({
      comment: author === forge.botLogin ? findAnswerMarker(body) : undefined,
    })),
  ];
  return [
    ...said.map(({ id }) => ({ kind: "said", comment: id }) as const),
    ...heard.flatMap(({ comment }) => (comment === undefined ? [] : [{ kind: "heard", comment } as const])),
  ];
}

/** The ledger's commits tell what they changed: the same a second time is no change. */
function foldsOf({ world }: Stage): History {
  const issueOf = (plan: string, key: string) =>
    [...world.issues.values()].find(({ body }) => body.startsWith(`<!-- coppice:plan=${plan};task=${key} -->`))?.number;
  return world.ledger.flatMap(({ touched }) =>
    touched.flatMap((path) => {
      const [, plan = "", key = "", epoch] = /^plans\/(\d+)\/tasks\/(T\d+)\/runs\/(\d+)\.json$/.exec(path) ?? [];
      return epoch === undefined ? [] : [{ kind: "folded", run: `#${issueOf(plan, key)} ${epoch}` } as const];
    }),
  );
}

/** Each item that is there, by what it is there for. */
function openOf({ world, forge }: Stage): History {
  const pulls = [...world.pulls.values()].filter(({ state }) => state === "open" || state === "merged");
  const own = [...world.comments.values()].filter(({ author }) => author === forge.botLogin);
  return [
    ...[...world.issues.values()].map(({ title, number, parent }) => ({
      key: `issue ${parent ?? ""} ${title}`,
      number,
    })),
    ...pulls.map(({ branch, number }) => ({ key: `pull request of ${branch}`, number })),
    ...own.flatMap(({ id, body }) => {
      const what = /^<!-- coppice:(\w+=\d+)/.exec(body)?.[1];
      return what === undefined ? [] : [{ key: `comment of ${what}`, number: id }];
    }),
  ].map((item) => ({ kind: "open", ...item }) as const);
}

/** Whether each issue has ended. */
function endsOf({ world }: Stage): History {
  return [...world.issues.values()].map(
    ({ number, state, reason }) =>
      ({ kind: "end", task: `#${number}`, how: state === "closed" ? reason : undefined }) as const,
  );
}
