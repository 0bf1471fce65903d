import { expect } from "vitest";
import { chaos } from "../../chaos.ts";
import { check } from "../../history/check.ts";
import { finalState, historyOf, reactionsOf } from "../../hub/final-state.ts";
import { playThreads } from "../../hub/play.ts";
import type { Weather } from "../../hub/webhooks.ts";
import { openWebhooks } from "../../hub/webhooks.ts";

const weathers: Readonly<Record<string, Weather>> = {
  "dropped, doubled, shuffled": { dropped: 0.3, doubled: 0.3, shuffledBy: 50 },
  "all dropped": { dropped: 1, doubled: 0, shuffledBy: 0 },
};
const fair: Weather = { dropped: 0, doubled: 0, shuffledBy: 0 };

for (const [name, weather] of Object.entries(weathers)) {
  chaos(5, name, async ({ count, random }) => {
    const seed = random.below(2 ** 31);
    const play = async (given: Weather) => {
      let counted = { sent: 0, dropped: 0, doubled: 0 };
      const stage = await playThreads({
        seed,
        // Each comment makes two events.
        comments: Math.ceil(count / 2),
        webhooks: (deliver) => {
          const webhooks = openWebhooks(deliver, given, random.fork());
          counted = webhooks.counted;
          return webhooks;
        },
      });
      expect(check(historyOf(stage))).toEqual([]);
      return { counted, state: await finalState(stage), reactions: reactionsOf(stage) };
    };
    const { counted: _, ...undisturbed } = await play(fair);
    const { counted, ...found } = await play(weather);
    expect(found).toEqual(undisturbed);
    expect(counted.dropped).toBeGreaterThan(0);
    return {
      events: counted.sent,
      dropped: counted.dropped,
      doubled: counted.doubled,
      "plans done": found.state.plans.length,
    };
  });
}
