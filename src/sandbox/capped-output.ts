/** Keeps the first and the last `keepBytes` of a stream that may be endless; memory stays below three times that. */
export class CappedOutput {
  readonly #keepBytes: number;
  readonly #first: Buffer[] = [];
  #firstBytes = 0;
  #last: Buffer[] = [];
  #lastBytes = 0;
  #total = 0;

  constructor(keepBytes: number) {
    this.#keepBytes = keepBytes;
  }

  add(chunk: Buffer): void {
    this.#total += chunk.length;
    const room = this.#keepBytes - this.#firstBytes;
    if (room > 0) this.#addFirst(chunk.subarray(0, room));
    if (chunk.length > room) this.#addLast(chunk.subarray(Math.max(room, 0)));
  }

  /** What was kept, as text. */
  finish(): string {
    const last = Buffer.concat(this.#last).subarray(-this.#keepBytes);
    const left = this.#total - this.#firstBytes - last.length;
    const notice = left > 0 ? Buffer.from(`\n… ${left} bytes left out …\n`) : Buffer.alloc(0);
    const end = Buffer.concat([notice, last]);
    return Buffer.concat([...this.#first, end]).toString();
  }

  #addFirst(part: Buffer): void {
    this.#first.push(part);
    this.#firstBytes += part.length;
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
