/** How much of each run's log is kept: the newest 256 kB. */
const maxRunLogBytes = 256 * 1024;

/** How many runs' logs are kept, ended ones included: the oldest go first (at most 50 MB in all). */
const maxRunLogs = 200;

/** Smaller pieces than this are joined: a log that comes letter by letter takes no more room than another, bytes. */
const leastPiece = 8 * 1024;

/** The runs' logs in memory: a view for people, never evidence. */
export interface RunLogs {
  append(run: string, text: string): void;
  /** Undefined for a run nothing is known of. */
  read(run: string): string | undefined;
}

interface RunLog {
  readonly chunks: Buffer[];
  bytes: number;
  cut: boolean;
}

export function createRunLogs(
  limits: { bytes: number; runs: number } = { bytes: maxRunLogBytes, runs: maxRunLogs },
): RunLogs {
  const logs = new Map<string, RunLog>();
  return {
    append(run, text) {
      const log = logs.get(run) ?? { chunks: [], bytes: 0, cut: false };
      // Setting it anew moves it to the end: the log that was quiet longest is the first to go.
      logs.delete(run);
      logs.set(run, log);
      dropOldest(logs, limits.runs);
      add(log, Buffer.from(text));
      trim(log, limits.bytes);
    },
    read(run) {
      const log = logs.get(run);
      if (log === undefined) return undefined;
      const text = Buffer.concat(log.chunks).toString("utf8");
      return log.cut ? `[… the beginning is cut …]\n${text.replace(/^\uFFFD+/, "")}` : text;
    },
  };
}

function add(log: RunLog, piece: Buffer): void {
  const last = log.chunks.at(-1);
  if (last === undefined || last.byteLength + piece.byteLength > leastPiece) log.chunks.push(piece);
  else log.chunks[log.chunks.length - 1] = Buffer.concat([last, piece]);
  log.bytes += piece.byteLength;
}

function dropOldest(logs: Map<string, RunLog>, limit: number): void {
  for (const run of logs.keys()) {
    if (logs.size <= limit) return;
    logs.delete(run);
  }
}

function trim(log: RunLog, limit: number): void {
  while (log.bytes > limit) {
    const first = log.chunks[0];
    if (first === undefined) return;
    const excess = Math.min(log.bytes - limit, first.byteLength);
    log.bytes -= excess;
    log.cut = true;
    if (excess === first.byteLength) log.chunks.shift();
    else log.chunks[0] = first.subarray(excess);
  }
}
