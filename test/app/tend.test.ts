import { expect, onTestFinished, test } from "vitest";
import { identityOf, Repositories, type TendedRepository } from "../../src/app/repositories.ts";
import { systemClock } from "../../src/app/system-clock.ts";
import { createTending, type TendTiming } from "../../src/app/tend.ts";
import { CoppiceError } from "../../src/core/errors.ts";
import type { RepositoryName } from "../../src/core/repository.ts";
import { until } from "../hub/support/host.ts";

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const hello: RepositoryName = { owner: "octo", name: "hello" };
const other: RepositoryName = { owner: "octo", name: "other" };

/** A forge's list of repositories, and a note of all that is done to them. */
function startWorld(timing?: Partial<TendTiming>) {
  const world = {
    listed: [hello],
    branch: "main",
    failing: new Set<string>(),
    done: [] as string[],
    turn: Promise.resolve(),
    refusing: new Set<string>(),
    shut: new Set<string>(),
    renamed: new Map<string, string>(),
    givenUp: [] as string[],
    lines: [] as string[],
  };
  const note = (name: RepositoryName, what: string) => void world.done.push(`${name.name} ${what}`);
  const identify = (name: RepositoryName) =>
    identityOf(
      world.listed.some((listed) => listed.name === (world.renamed.get(name.name) ?? name.name))
        ? { defaultBranch: world.branch, gitUrl: `http://forge/${world.renamed.get(name.name) ?? name.name}.git` }
        : undefined,
    );
  const open = async (name: RepositoryName): Promise<TendedRepository | undefined> => {
    const identity = identify(name);
    if (identity === undefined) return undefined;
    if (world.failing.has(name.name)) throw new Error("the disk is full");
    note(name, "open");
    return {
      name,
      identity,
      handle: async (issue) => {
        note(name, `handle ${issue}`);
        await world.turn;
      },
      sweep: async () => {
        note(name, "sweep");
        if (world.shut.has(name.name)) throw new CoppiceError("forge-refused", "403 Repository was archived");
      },
      heard: (news) => note(name, `heard ${news.kind}`),
      wake: () => note(name, "wake"),
      reconcile: async () => note(name, "reconcile"),
      lease: async () => undefined,
      ended: async (run) => note(name, `ended ${run.run}`),
      plans: async () => [],
      tasks: () => [],
      explain: () => undefined,
      gitToken: async () => "token",
      isFailing: () => world.failing.has(name.name),
      stop: async () => note(name, "stop"),
    };
  };
  const repositories = new Repositories({
    installations: {
      list: async (refused) => {
        for (const owner of world.refusing) refused?.(owner, new Error("403 your IP address is not permitted"));
        return world.listed.filter(({ owner }) => !world.refusing.has(owner));
      },
    },
    open,
    identify: async (name) => {
      if (world.failing.has(name.name)) throw new Error("403");
      return identify(name);
    },
    givenUp: ({ name }) => void world.givenUp.push(name),
    log: { ...silent, info: (fields, message) => void world.lines.push(`${JSON.stringify(fields)} ${message}`) },
  });
  let invalidations = 0;
  const invalidate = () => {
    invalidations += 1;
  };
  const tending = createTending({ repositories, invalidate, clock: systemClock, log: silent, timing });
  onTestFinished(() => tending.stop());
  return { world, repositories, tending, invalidations: () => invalidations };
}

test("at the start every repository is opened, swept and looked at", async () => {
  const { world, tending } = startWorld();
  world.listed = [hello, other];
  tending.start();
  await tending.idle();
  expect(world.done.slice(0, 2).sort()).toEqual(["hello open", "other open"]);
  expect(world.done.filter((line) => line.endsWith("sweep")).sort()).toEqual(["hello sweep", "other sweep"]);
  expect(world.done.filter((line) => line.endsWith("wake")).sort()).toEqual(["hello wake", "other wake"]);
});

test("a comment's issue is handled and then the plans are looked at; other events are only told of", async () => {
  const { world, tending } = startWorld();
  tending.enqueue({ kind: "issue", repository: hello, issue: 7 });
  await tending.idle();
  expect(world.done).toEqual(["hello open", "hello handle 7", "hello wake"]);
  tending.enqueue({ kind: "repository", repository: hello });
  await tending.idle();
  expect(world.done.slice(3)).toEqual(["hello heard repository"]);
});

test("news are told while every place is taken by a slow turn", async () => {
  const { world, tending } = startWorld();
  let end = () => {};
  world.turn = new Promise((resolve) => {
    end = resolve;
  });
  for (let issue = 1; issue <= 9; issue++) tending.enqueue({ kind: "issue", repository: hello, issue });
  await until("eight turns", () => world.done.includes("hello handle 8"));
  tending.enqueue({ kind: "push", repository: hello, branch: "main", head: "a".repeat(40) });
  await until("the news", () => world.done.includes("hello heard push"));
  expect(world.done).not.toContain("hello handle 9");
  end();
});

test("a repository the app is not installed on is left alone", async () => {
  const { world, tending } = startWorld();
  tending.enqueue({ kind: "issue", repository: other, issue: 7 });
  await tending.idle();
  expect(world.done).toEqual([]);
});

test("installing, removing and changing repositories is noticed", async () => {
  const { world, tending, invalidations } = startWorld();
  tending.start();
  await tending.idle();
  world.done.length = 0;
  world.listed = [{ owner: "Octo", name: "hello" }, other];
  tending.enqueue({ kind: "installations" });
  await tending.idle();
  expect(world.done, "the same repository, written differently, stays open").not.toContain("hello stop");
  expect(world.done).toContain("other open");
  world.branch = "trunk";
  world.listed = [hello];
  world.done.length = 0;
  tending.enqueue({ kind: "installations" });
  await tending.idle();
  expect(world.done.slice(0, 3)).toEqual(["hello stop", "other stop", "hello open"]);
  expect(invalidations()).toBe(3);
});

test("a repository that is gone is given up with one line, asked nothing more, and taken up again when it is back", async () => {
  const { world, tending } = startWorld();
  world.listed = [hello, other];
  tending.enqueue({ kind: "installations" });
  await tending.idle();
  world.shut.add("hello");
  world.listed = [other];
  // Nobody tells of it: that it shuts us out is reason enough to ask.
  tending.enqueue({ kind: "sweep", repository: hello });
  await until("it is given up", () => world.givenUp.length > 0);
  await tending.idle();
  expect(world.givenUp).toEqual(["hello"]);
  expect(world.lines.filter((line) => line.includes("looked after no more"))).toHaveLength(1);
  world.done.length = 0;
  for (let round = 0; round < 3; round++) {
    tending.enqueue({ kind: "sweep", repository: hello });
    tending.enqueue({ kind: "installations" });
    await tending.idle();
  }
  expect(world.done.filter((line) => line.startsWith("hello"))).toEqual([]);
  world.shut.clear();
  world.listed = [hello, other];
  tending.enqueue({ kind: "installations" });
  await tending.idle();
  expect(world.done).toContain("hello open");
});

test.each([
  ["renamed", "octo"],
  ["transferred to an owner where the app is", "guild"],
])("a repository that was %s is looked after under its new name, and its runs go on", async (_, owner) => {
  const { world, tending } = startWorld();
  tending.enqueue({ kind: "installations" });
  await tending.idle();
  world.renamed.set("hello", "greeting");
  world.listed = [{ owner, name: "greeting" }];
  world.done.length = 0;
  tending.enqueue({ kind: "installations" });
  await tending.idle();
  expect(world.done.slice(0, 2)).toEqual(["hello stop", "greeting open"]);
  expect(world.givenUp).toEqual([]);
  expect(world.lines.filter((line) => line.includes("another name"))).toHaveLength(1);
});

test("a repository that was transferred to where the app is not is given up cleanly, and its runs are told to stop", async () => {
  const { world, tending } = startWorld();
  tending.enqueue({ kind: "installations" });
  await tending.idle();
  world.renamed.set("hello", "elsewhere");
  world.listed = [];
  world.done.length = 0;
  tending.enqueue({ kind: "installations" });
  await tending.idle();
  expect(world.done).toEqual(["hello stop"]);
  expect(world.givenUp).toEqual(["hello"]);
  expect(world.lines.filter((line) => line.includes("looked after no more"))).toHaveLength(1);
});

test("a repository that cannot be opened does not keep the others from being looked after, and is tried again", async () => {
  const { world, repositories, tending } = startWorld();
  world.listed = [hello, other];
  world.failing.add("hello");
  tending.start();
  await tending.idle();
  expect(world.done).toEqual(["other open", "other sweep", "other wake"]);
  world.failing.clear();
  expect(await repositories.of(hello)).toMatchObject({ name: hello });
});

test("what refuses to be asked is left as it is, and the others are looked after", async () => {
  const { world, repositories } = startWorld();
  const walled: RepositoryName = { owner: "walled", name: "garden" };
  world.listed = [hello, walled];
  await repositories.refresh();
  world.refusing.add("walled");
  world.failing.add("hello");
  world.listed = [hello, walled, other];
  world.done.length = 0;
  expect((await repositories.refresh()).map(({ name }) => name)).toEqual([hello, walled, other]);
  expect(repositories.failing()).toBe(1);
  expect(world.done).toEqual(["other open"]);
  world.refusing.clear();
  world.listed = [hello];
  await repositories.refresh();
  expect(world.done.slice(1)).toEqual(["garden stop", "other stop"]);
});

test("what no webhook told of is found by the clock", async () => {
  const { world, tending } = startWorld({ sweep: 10, installations: 10 });
  tending.start();
  await until("three sweeps", () => world.done.filter((line) => line === "hello sweep").length >= 3);
  world.listed = [hello, other];
  await until("the new repository", () => world.done.includes("other sweep"));
});

test("two who need a repository at once open it once", async () => {
  const { world, repositories } = startWorld();
  const [one, two] = await Promise.all([repositories.of(hello), repositories.of({ owner: "OCTO", name: "Hello" })]);
  expect(one).toBe(two);
  expect(world.done).toEqual(["hello open"]);
  await repositories.stop();
  expect(await repositories.of(hello)).toBeUndefined();
});
