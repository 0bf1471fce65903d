import type { History, HistoryEvent, SaidLease } from "./history.ts";

/** A law that a history breaks, and where. */
export interface Violation {
  readonly law: Law;
  readonly what: string;
}

/** What must hold of every history, whatever went wrong while it was made. */
const laws = {
  "one owner per epoch": ({ refs, told }) => [
    ...doubles(refs, ({ task, lease }) => `${task}, epoch ${lease.epoch}`, holderOf),
    ...doubles(told.filter(isOwner), ({ task, epoch }) => `${task}, epoch ${epoch}`, holderOf),
  ],
  "who is told owner is owner": ({ refs, told }) =>
    told
      .filter(isOwner)
      .filter((one) => !refs.some((ref) => isClaimOf(ref, one) && ref.lease.epoch === one.epoch))
      .map(({ task, holder }) => `${task}: ${holder} never was`),
  "who is told lost has lost": ({ refs, told }) =>
    told
      .filter(({ answer }) => answer === "lost")
      .filter((one) => refs.some((ref) => isClaimOf(ref, one)))
      .map(({ task, holder }) => `${task}: ${holder} holds it and does not know`),
  "epochs rise": ({ refs }) => pairs(refs).flatMap(([before, after]) => fallOf(before.lease, after.lease, after.task)),
  "nothing stale is published": ({ refs, branches }) =>
    [...new Set(branches.map(({ task }) => task))].flatMap((task) => {
      const pushed = branches.filter((branch) => branch.task === task).map(({ head }) => head);
      const allowed = publishedHeads(refs.filter((ref) => ref.task === task));
      const isSame = pushed.length === allowed.length && pushed.every((head, at) => head === allowed[at]);
      return isSame ? [] : [`${task}: its branch went to ${pushed.join(", ")}; its leases said ${allowed.join(", ")}`];
    }),
  "who is told published has published": ({ refs, told }) =>
    told
      .filter(({ answer }) => answer === "published")
      .filter((one) => !refs.some((ref) => isClaimOf(ref, one) && ref.lease.head === one.head))
      .map(({ task, holder }) => `${task}: ${holder} did not`),
  "one open item per key": ({ open }) =>
    doubles(
      open,
      ({ key }) => key,
      ({ number }) => `#${number}`,
    ),
  "nothing begins before what it needs": ({ works }) =>
    works.flatMap((work, at) => {
      const before = new Set(works.slice(0, at).flatMap(({ kind, task }) => (kind === "merged" ? [task] : [])));
      const missing = work.kind === "begun" ? work.needs.filter((need) => !before.has(need)) : [];
      return missing.map((need) => `${work.task} was begun before ${need} was merged`);
    }),
  "nothing is merged twice, or unbegun": ({ works }) =>
    works.flatMap(({ kind, task }, at) => {
      const before = works.slice(0, at).filter((work) => work.task === task);
      if (kind !== "merged") return before.some((work) => work.kind === "merged") ? [`${task} was begun again`] : [];
      const isOnce = before.length > 0 && before.every((work) => work.kind === "begun");
      return isOnce ? [] : [`${task} was merged ${before.length === 0 ? "before it was begun" : "twice"}`];
    }),
  "every command is heard once": ({ said, heard }) => {
    const times = new Map<number, number>();
    for (const { comment } of heard) times.set(comment, (times.get(comment) ?? 0) + 1);
    const lost = said.filter(({ comment }) => !times.has(comment)).map(({ comment }) => `${comment} was not heard`);
    return [...lost, ...[...times].filter(([, count]) => count > 1).map(([id, count]) => `${id}: ${count} times`)];
  },
  "every work is folded once": ({ works, folded }) => {
    const merged = works.filter(({ kind }) => kind === "merged");
    const runs = folded.map(({ run }) => run);
    return [
      ...runs.filter((run, at) => runs.indexOf(run) !== at).map((run) => `${run} was folded again`),
      ...merged
        .filter(({ task }) => !runs.some((run) => run.startsWith(`${task} `)))
        .map(({ task }) => `${task}: lost`),
    ];
  },
  "every task ends": ({ ends }) => ends.filter(({ how }) => how === undefined).map(({ task }) => `${task} does not`),
} satisfies Readonly<Record<string, (seen: Seen) => readonly string[]>>;

export type Law = keyof typeof laws;

/** The laws that a history breaks. */
export function check(history: History): readonly Violation[] {
  const seen: Seen = {
    refs: history.filter((event) => event.kind === "ref"),
    branches: history.filter((event) => event.kind === "branch"),
    told: history.filter((event) => event.kind === "told"),
    open: history.filter((event) => event.kind === "open"),
    ends: history.filter((event) => event.kind === "end"),
    works: history.filter((event) => event.kind === "begun" || event.kind === "merged"),
    said: history.filter((event) => event.kind === "said"),
    heard: history.filter((event) => event.kind === "heard"),
    folded: history.filter((event) => event.kind === "folded"),
  };
  return (Object.keys(laws) as Law[]).flatMap((law) => laws[law](seen).map((what) => ({ law, what })));
}

type Of<Kind extends HistoryEvent["kind"]> = Extract<HistoryEvent, { kind: Kind }>;

interface Seen {
  readonly refs: readonly Of<"ref">[];
  readonly branches: readonly Of<"branch">[];
  readonly told: readonly Of<"told">[];
  readonly open: readonly Of<"open">[];
  readonly ends: readonly Of<"end">[];
  readonly works: readonly (Of<"begun"> | Of<"merged">)[];
  readonly said: readonly Of<"said">[];
  readonly heard: readonly Of<"heard">[];
  readonly folded: readonly Of<"folded">[];
}

const isOwner = ({ answer }: Of<"told">) => answer === "owner";

const isClaimOf = (ref: Of<"ref">, { task, holder }: Of<"told">) => ref.task === task && ref.lease.holder === holder;

function holderOf(event: Of<"ref"> | Of<"told">): string {
  return event.kind === "ref" ? event.lease.holder : event.holder;
}

/** Groups with more than one member. */
function doubles<T>(all: readonly T[], groupOf: (one: T) => string, memberOf: (one: T) => string): string[] {
  const groups = new Map<string, Set<string>>();
  for (const one of all) groups.set(groupOf(one), (groups.get(groupOf(one)) ?? new Set()).add(memberOf(one)));
  return [...groups].flatMap(([group, members]) =>
    members.size < 2 ? [] : [`${group}: ${[...members].join(" and ")}`],
  );
}

/** What a task's ref said, and what it said next. */
function pairs(refs: readonly Of<"ref">[]): (readonly [Of<"ref">, Of<"ref">])[] {
  const last = new Map<string, Of<"ref">>();
  return refs.flatMap((after) => {
    const before = last.get(after.task);
    last.set(after.task, after);
    return before === undefined ? [] : [[before, after] as const];
  });
}

/** Another holder needs a higher epoch, the same one may renew. */
function fallOf(before: SaidLease, after: SaidLease, task: string): string[] {
  const rises = after.epoch > before.epoch;
  if (rises || (after.epoch === before.epoch && after.holder === before.holder)) return [];
  return [`${task}: ${after.holder} at epoch ${after.epoch} after ${before.holder} at epoch ${before.epoch}`];
}

/** Heads in the order in which published leases first said them. */
function publishedHeads(refs: readonly Of<"ref">[]): string[] {
  const heads = refs.flatMap(({ lease: { phase, head } }) => (phase === "published" && head ? [head] : []));
  return heads.filter((head, at) => heads[at - 1] !== head);
}
