import { formatPhaseIssue, formatPhaseTitle } from "../../wire/phase-issue.ts";
import { beginCreating } from "./creating.ts";
import { recordMade } from "./made-issues.ts";
import type { Performer } from "./performer.ts";
import { planOf } from "./performer.ts";

/** What the ledger knows already is left out, so that a second time creates nothing. */
export const createPhases: Performer<"create-phases"> = async ({ phases }, scene) => {
  const { ports, sightings, snapshot } = scene;
  const plan = planOf(scene);
  const recorded = (await ports.plans.load(plan))?.record.phases ?? {};
  const wanted = phases
    .filter((name) => recorded[name] === undefined)
    .map((key) => ({
      key,
      title: formatPhaseTitle(key, snapshot.state.plan),
      body: formatPhaseIssue(key, { plan }),
      labels: [],
    }));
  if (wanted.length === 0) return;
  const begun = await beginCreating(
    scene,
    wanted.map(({ key }) => key),
  );
  const missing = wanted.filter(({ key }) => begun?.keys.has(key));
  if (begun === undefined || missing.length === 0) return;
  const parent = { number: plan, nodeId: snapshot.parent.nodeId };
  const made = await ports.forge.issues.createPhases(parent, missing, { first: begun.first });
  for (const { number } of made.values()) sightings.readings.expect(plan, number);
  await recordMade(ports.plans, plan, { of: "phases", issues: made });
};

export const recordPhases: Performer<"record-phases"> = async ({ phases }, scene) => {
  const made = new Map(phases.map(({ name, issue }) => [name, issue]));
  await recordMade(scene.ports.plans, planOf(scene), { of: "phases", issues: made });
};

/** The ledger knows at once what was given up; that a plan is done it says itself. */
export const closePhases: Performer<"close-phases"> = async ({ phases, reason }, scene) => {
  const { forge, plans } = scene.ports;
  for (const { number } of phases) await forge.issues.close(number, reason);
  if (reason === "completed") return;
  const plan = planOf(scene);
  await plans.edit(plan, (state) => {
    if (state === undefined) return { answer: undefined };
    const marked = { ...state.record.phases };
    for (const { name, number } of phases) {
      const known = marked[name];
      if (known?.number === number) marked[name] = { ...known, givenUp: true };
    }
    const record = { ...state.record, phases: marked };
    return { answer: undefined, change: { plan: state.plan, record, message: `Plan #${plan}: phases given up` } };
  });
};
