import type { Work } from "../../../src/app/work.ts";
import type { Random } from "../random.ts";

/** What becomes of webhooks on their way. */
export interface Weather {
  readonly dropped: number;
  readonly doubled: number;
  /** An event may come after so many later ones. */
  readonly shuffledBy: number;
}

/** A way for webhooks that drops, doubles and delays them; `lost` and `doubled` count. */
export function openWebhooks(deliver: (work: Work) => void, weather: Weather, random: Random) {
  const waiting: { readonly after: number; readonly work: Work }[] = [];
  const counted = { sent: 0, dropped: 0, doubled: 0 };
  const flush = (due: (after: number) => boolean) => {
    for (const one of waiting.filter(({ after }) => due(after)).sort((a, b) => a.after - b.after)) {
      waiting.splice(waiting.indexOf(one), 1);
      deliver(one.work);
    }
  };
  return {
    counted,
    send(work: Work): void {
      counted.sent += 1;
      const isDropped = random.chance(weather.dropped);
      const isDoubled = !isDropped && random.chance(weather.doubled);
      if (isDropped) counted.dropped += 1;
      if (isDoubled) counted.doubled += 1;
      for (let copy = isDropped ? 1 : isDoubled ? -1 : 0; copy < 1; copy += 1) {
        waiting.push({ work, after: counted.sent + random.below(weather.shuffledBy + 1) });
      }
      flush((after) => after <= counted.sent);
    },
    /** The last ones arrive. */
    end: () => flush(() => true),
  };
}
