import { formatMeasures, measureQueue } from "./queue/measures.ts";

/** `npm run bench:queue`: what deciding costs, without forge, git or workers. */
process.stdout.write(formatMeasures(measureQueue()));
