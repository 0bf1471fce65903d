import { BrokenStream } from "./anthropic-errors.ts";

/** Aborts when an answer that has begun stays silent; every byte counts, pings too, which the SDK does not show. */
export interface SilenceGuard {
  readonly fetch: typeof fetch;
  readonly signal: AbortSignal;
  stop(): void;
}

export function silenceGuard(milliseconds: number): SilenceGuard {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => clearTimeout(timer);
  const hear = (): void => {
    stop();
    timer = setTimeout(
      () => controller.abort(new BrokenStream(`nothing came for ${milliseconds / 1000} s`)),
      milliseconds,
    );
  };
  return {
    signal: controller.signal,
    stop,
    fetch: async (input, init) => {
      stop();
      const response = await fetch(input, init);
      if (response.body === null) return response;
      hear();
      const ears = new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, out) {
          hear();
          out.enqueue(chunk);
        },
        flush: stop,
      });
      return new Response(response.body.pipeThrough(ears), response);
    },
  };
}
