import type { RunPhase } from "../core/run/run.ts";
import { hideSecrets } from "../runner/secrets.ts";
import type { WorkerFrame } from "../wire/frames/frames.ts";

/** What a run says to the hub: output in batches, the newest note of each phase. */
export interface RunVoice {
  log(text: string): void;
  progress(phase: RunPhase, note: string): void;
  /** Sends what is waiting, now. */
  flush(): void;
  /** Flushes and falls silent. */
  end(): void;
}

export interface RunVoiceOptions {
  readonly run: string;
  /** False when the frame could not be sent: it is tried again. */
  readonly send: (frame: WorkerFrame) => boolean;
  readonly secrets: () => readonly string[];
}

/** At most one batch in this many milliseconds. */
const pause = 200;

/** Characters of one frame, and of what waits; a run that says more is cut in the middle. */
const frameLimit = 60_000;
const waitingLimit = 300_000;

/** Joins a run's output into batches of at most 60,000 characters, 200 ms apart, secrets blotted out. */
export function createRunVoice({ run, send, secrets }: RunVoiceOptions): RunVoice {
  let waiting = "";
  let dropped = 0;
  let note: { phase: RunPhase; note: string } | undefined;
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    if (note && send({ kind: "run-progress", run, phase: note.phase, note: clean(note.note, secrets()) })) {
      note = undefined;
    }
    // Before it is cut: half a secret in each of two frames would be found in neither.
    waiting = hideSecrets(waiting, secrets());
    while (waiting !== "") {
      if (!send({ kind: "run-log", run, text: waiting.slice(0, frameLimit) })) break;
      waiting = waiting.slice(frameLimit);
    }
    const gap = `\n… ${dropped} characters left out …\n`;
    if (waiting === "" && dropped > 0 && send({ kind: "run-log", run, text: gap })) dropped = 0;
  };
  const later = () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      flush();
      // Not connected: what waits is said when the link is back.
    }, pause);
  };
  return {
    log: (text) => {
      // Until the gap is told nothing may come after it.
      const kept = dropped > 0 ? "" : text.slice(0, waitingLimit - waiting.length);
      waiting += kept;
      dropped += text.length - kept.length;
      later();
    },
    progress: (phase, text) => {
      const changed = note?.phase !== phase;
      if (changed) flush();
      note = { phase, note: text };
      later();
    },
    flush,
    end: () => {
      clearTimeout(timer);
      timer = undefined;
      flush();
    },
  };
}

function clean(note: string, secrets: readonly string[]): string {
  return hideSecrets(note.replace(/\s+/g, " "), secrets).slice(0, 500);
}
