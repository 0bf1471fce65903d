/** A host that asks for a longer pause is not waited for, seconds: somebody waits for the answer. */
export const longestPause = 120;

/** Seconds a host asks to wait, from its `retry-after` (seconds or a date); undefined when it asks for none. */
export function askedToWait(headers: Headers | undefined): number | undefined {
  const value = headers?.get("retry-after");
  if (value === null || value === undefined) return undefined;
  const seconds = /^\d+(\.\d+)?$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1_000;
  return seconds > 0 ? seconds : undefined;
}

/** The SDK waits for as long as a host asks; this tells it to give up where that is too long. */
export function withPatience(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    if (response.ok || (askedToWait(response.headers) ?? 0) <= longestPause) return response;
    const headers = new Headers(response.headers);
    headers.set("x-should-retry", "false");
    return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
  };
}
