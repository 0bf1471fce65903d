import type { RepositoryName } from "../core/repository.ts";
import type { Clock } from "../ports/clock.ts";
import type { Client } from "./client.ts";
import type { KnownNodes } from "./nodes.ts";
import type { Writes } from "./writes.ts";

/** One repository seen by the app: what every role needs. */
export interface Scope {
  readonly client: Client;
  /** For mutations: they share requests. */
  readonly writes: Writes;
  readonly nodes: KnownNodes;
  readonly clock: Clock;
  /** Ends waiting. */
  readonly signal: AbortSignal;
  readonly repository: RepositoryName;
  readonly nodeId: string;
  readonly botLogin: string;
}

/** The repository as REST's templates name it. */
export function restName({ repository }: Scope): { owner: string; repo: string } {
  return { owner: repository.owner, repo: repository.name };
}
