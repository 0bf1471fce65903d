import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

const mebibyte = 2 ** 20;

/** How much more this process holds since the watch began, and how long it computed. */
export class MemoryWatch {
  readonly #collect = openCollector();
  readonly #began = { ...memoryAfter(this.#collect), cpu: process.cpuUsage() };
  #heap = 0;
  #resident = 0;

  /** Collects all that is dead first: what is left is what is needed. */
  note(): void {
    const { heap, resident } = memoryAfter(this.#collect);
    this.#heap = Math.max(this.#heap, heap - this.#began.heap);
    this.#resident = Math.max(this.#resident, resident - this.#began.resident);
  }

  /** MiB, the most that was noted. */
  get heap(): number {
    return this.#heap / mebibyte;
  }

  /** MiB, the most that was noted: of the whole process, with what the collector has not given back to the machine. */
  get resident(): number {
    return this.#resident / mebibyte;
  }

  get cpuSeconds(): number {
    const { user, system } = process.cpuUsage(this.#began.cpu);
    return (user + system) / 1_000_000;
  }
}

function memoryAfter(collect: () => void): { readonly heap: number; readonly resident: number } {
  collect();
  return { heap: process.memoryUsage().heapUsed, resident: process.memoryUsage.rss() };
}

/** The collector is there in every Node, but named only where a flag asks for it. */
function openCollector(): () => void {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  return typeof collect === "function" ? () => void collect() : () => undefined;
}
