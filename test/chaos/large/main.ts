import { seededRandom } from "../random.ts";
import { playLarge } from "./play.ts";

/** `main.js <tasks> <seed>`: plays it in a process that does nothing else, and says what was observed as JSON. */
const [count, seed] = process.argv.slice(2).map(Number);
process.stdout.write(JSON.stringify(await playLarge(count ?? 0, seededRandom(seed ?? 1))));
