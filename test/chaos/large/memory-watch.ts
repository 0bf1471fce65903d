import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

const mebibyte = 2 ** 20;

/** How much this process holds since the watch began, and how long it computed. */
export class MemoryWatch {
  readonly #collect = openCollector();
  readonly #began = { heap: heapAfter(this.#collect), cpu: process.cpuUsage() };
  #heap = 0;

  /** Collects all that is dead first: what is left is what is needed. */
  note(): void {
    this.#heap = Math.max(this.#heap, heapAfter(this.#collect) - this.#began.heap);
  }

  /** MiB more than before, the most that was noted. */
  get heap(): number {
    return this.#heap / mebibyte;
  }

  /** MiB of the whole process, the most there ever was. */
  get resident(): number {
    return process.resourceUsage().maxRSS / 1_024;
  }

  get cpuSeconds(): number {
    const { user, system } = process.cpuUsage(this.#began.cpu);
    return (user + system) / 1_000_000;
  }
}

function heapAfter(collect: () => void): number {
  collect();
  return process.memoryUsage().heapUsed;
}

/** The collector is there in every Node, but named only where a flag asks for it. */
function openCollector(): () => void {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  return typeof collect === "function" ? () => void collect() : () => undefined;
}
