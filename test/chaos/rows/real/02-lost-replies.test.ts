import { expect } from "vitest";
import { chaos } from "../../chaos.ts";
import { hurriedClock } from "../../embedded/hurried-clock.ts";
import { playThrough } from "../../embedded/trouble.ts";
import { check } from "../../history/check.ts";
import { openClaimers } from "../../leases/claimers.ts";
import { race } from "../../leases/race.ts";
import { openRemote } from "../../leases/remote.ts";

/** The promise speaks of ten; every `npm test` has time for fewer. */
const claimersOf = (isFull: boolean) => (isFull ? 10 : 4);

chaos(2, "of pushes", async ({ count, random, isFull }) => {
  const remote = await openRemote("http");
  try {
    const { proxy } = remote;
    if (proxy === undefined) throw new Error("nothing to lose replies with");
    const throws = random.fork();
    proxy.fate = ({ method, path }) =>
      method === "POST" && path.endsWith("git-receive-pack") && throws.chance(0.5) ? "lose" : "pass";
    const claimers = await openClaimers(remote, claimersOf(isFull));
    const history = await race({ remote, claimers, rounds: count, random });
    expect(check(history)).toEqual([]);
    const owners = history.filter((event) => event.kind === "told" && event.answer === "owner").length;
    expect(owners).toBe(count);
    expect(proxy.met.lose).toBeGreaterThan(0);
    return { claims: count * claimers.length, "replies lost": proxy.met.lose, owners };
  } finally {
    await remote.close();
  }
});

chaos(2, "of everything that is created", async ({ count, random }) => {
  const options = { tasks: count, patience: 60 + count * 10, clock: hurriedClock(20) };
  const undisturbed = await playThrough(options);
  const disturbed = await playThrough({
    ...options,
    begin: ({ proxy }) => {
      proxy.fate = ({ method }) => (method !== "GET" && random.chance(0.5) ? "lose" : "pass");
    },
  });
  expect(disturbed.state).toEqual(undisturbed.state);
  const { pass, lose } = disturbed.met;
  return { requests: pass + lose, "replies lost": lose };
});
