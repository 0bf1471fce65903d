import type { Actor } from "../access/actor.ts";
import { authorize, type Need } from "../access/authorize.ts";
import type { Repository } from "../model/repository.ts";
import type { Site } from "../site.ts";
import { refused } from "./errors.ts";

/** What every resolver gets beside its source and arguments. */
export interface Context {
  readonly site: Site;
  readonly actor: Actor;
  /** Git objects read for this request, by kind and id. */
  readonly objects: Map<string, Promise<unknown>>;
  /** Mutations that were begun for this request. */
  readonly mutations: { begun: number };
}

/**
 * One field's resolver. GraphQL has checked the arguments against the schema before it runs, so each resolver
 * states the type of those it reads.
 */
export type Resolver<Source> = (source: Source, args: never, context: Context) => unknown;
export type Resolvers<Source> = Readonly<Record<string, Resolver<Source>>>;

/** Refuses as GitHub does unless the actor may do this in the repository. */
export function demand({ site, actor }: Context, repository: Repository, need: Need): void {
  const refusal = authorize(site, actor, repository, need);
  if (refusal !== undefined) throw refusal;
}

/** The repository with this id. */
export function repositoryById({ site }: Context, id: number): Repository {
  const repository = site.store.repositories.get(id);
  if (repository === undefined) throw refused("NOT_FOUND", "Could not resolve to a Repository.");
  return repository;
}

/** Counts a mutation; GitHub gives up on a request that has too many, when the first of them have taken effect. */
export function beginMutation({ site, mutations }: Context): void {
  mutations.begun += 1;
  if (mutations.begun <= site.faults.mostMutations) return;
  throw refused("RESOURCE_LIMITS_EXCEEDED", "Resource limits for this query exceeded.");
}

/** Reads something of git once per request. */
export function once<Value>({ objects }: Context, key: string, read: () => Promise<Value>): Promise<Value> {
  const held = objects.get(key) ?? read();
  objects.set(key, held);
  // Keys name kind and object, so what is held under one is what its only reader put there.
  return held as Promise<Value>;
}
