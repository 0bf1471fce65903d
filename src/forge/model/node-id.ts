/** The kinds of thing that have a global node id, with GitHub's prefix for each. */
const nodePrefixes = {
  app: "A",
  blob: "B",
  bot: "BOT",
  checkRun: "CR",
  checkSuite: "CS",
  comment: "IC",
  commit: "C",
  issue: "I",
  issueEvent: "LE",
  label: "LA",
  organization: "O",
  pull: "PR",
  reaction: "REA",
  ref: "REF",
  repository: "R",
  review: "PRR",
  status: "SC",
  tree: "T",
  user: "U",
} as const;

export type NodeKind = keyof typeof nodePrefixes;

/** The parts a node id was made of: a database id alone, or for refs and commits the repository's id and a name. */
export interface Node {
  readonly kind: NodeKind;
  readonly id: number;
  /** Ref name or commit oid; empty for everything else. */
  readonly name: string;
}

/** Makes the stable, opaque global id of a thing. */
export function nodeId(kind: NodeKind, id: number, name = ""): string {
  return `${nodePrefixes[kind]}_kw${Buffer.from(`${id}:${name}`).toString("base64url")}`;
}

/** Reads a node id back, or answers undefined when it was never one of ours. */
export function parseNodeId(text: string): Node | undefined {
  const match = /^([A-Z]+)_kw([A-Za-z0-9_-]+)$/.exec(text);
  const kind = kinds.get(match?.[1] ?? "");
  const parts = /^(\d+):(.*)$/s.exec(Buffer.from(match?.[2] ?? "", "base64url").toString("utf8"));
  if (kind === undefined || parts === null) return undefined;
  return { kind, id: Number(parts[1]), name: parts[2] ?? "" };
}

const kinds = new Map<string, NodeKind>(
  (Object.keys(nodePrefixes) as NodeKind[]).map((kind) => [nodePrefixes[kind], kind]),
);
