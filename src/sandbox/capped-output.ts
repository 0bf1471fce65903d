import { appendFileSync, writeFileSync } from "node:fs";

/** Keeps the first and the last `keepBytes` of a stream that may be endless; memory stays below three times that. */
export class CappedOutput {
  readonly #keepBytes: number;
  readonly #logFile: string | undefined;
  readonly #first: Buffer[] = [];
  #firstBytes = 0;
  #last: Buffer[] = [];
  #lastBytes = 0;
  #total = 0;

  /** With a log file the beginning is in it at once, the end when `finish` is called. */
  constructor(keepBytes: number, logFile?: string) {
    this.#keepBytes = keepBytes;
    this.#logFile = logFile;
    if (logFile) writeFileSync(logFile, "");
  }

  add(chunk: Buffer): void {
    this.#total += chunk.length;
    const room = this.#keepBytes - this.#firstBytes;
    if (room > 0) this.#addFirst(chunk.subarray(0, room));
    if (chunk.length > room) this.#addLast(chunk.subarray(Math.max(room, 0)));
  }

  /** What was kept, as text; writes the end to the log file. */
  finish(): string {
    const last = Buffer.concat(this.#last).subarray(-this.#keepBytes);
    const left = this.#total - this.#firstBytes - last.length;
    const notice = left > 0 ? Buffer.from(`\n… ${left} bytes left out …\n`) : Buffer.alloc(0);
    const end = Buffer.concat([notice, last]);
    if (this.#logFile && end.length > 0) appendFileSync(this.#logFile, end);
    return Buffer.concat([...this.#first, end]).toString();
  }

  #addFirst(part: Buffer): void {
    this.#first.push(part);
    this.#firstBytes += part.length;
    if (this.#logFile) appendFileSync(this.#logFile, part);
  }

  #addLast(part: Buffer): void {
    // A copy: a slice would keep the whole read buffer alive.
    this.#last.push(Buffer.from(part));
    this.#lastBytes += part.length;
    if (this.#lastBytes <= 2 * this.#keepBytes) return;
    this.#last = [Buffer.from(Buffer.concat(this.#last).subarray(-this.#keepBytes))];
    this.#lastBytes = this.#keepBytes;
  }
}
