/** Ids kept of each kind; the oldest goes first, and costs a request by REST. */
const maxKept = 5_000;

/** GraphQL's ids of what was seen or made here, by the numbers people use: what is known can be written by GraphQL. */
export interface NodeIds {
  learn(number: number, nodeId: string): void;
  of(number: number): string | undefined;
}

export interface KnownNodes {
  readonly issues: NodeIds;
  readonly pulls: NodeIds;
  readonly comments: NodeIds;
}

export function openNodes(): KnownNodes {
  return { issues: nodeIds(), pulls: nodeIds(), comments: nodeIds() };
}

function nodeIds(): NodeIds {
  const known = new Map<number, string>();
  return {
    learn(number, nodeId) {
      known.set(number, nodeId);
      for (const oldest of known.keys()) {
        if (known.size <= maxKept) break;
        known.delete(oldest);
      }
    },
    of: (number) => known.get(number),
  };
}
