/** What a handler answers. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array<ArrayBuffer> | null;
  /** The handler wrote to the socket itself; nothing more is to be sent. */
  readonly sent?: true;
}

/** JSON with any status. */
export function json(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Reply {
  return {
    status,
    headers: { "content-type": "application/json; charset=utf-8", ...headers },
    body: JSON.stringify(value),
  };
}

export const ok = (value: unknown): Reply => json(200, value);
export const created = (value: unknown): Reply => json(201, value);
export const noContent = (): Reply => ({ status: 204, body: null });

/** Text or bytes of another type. */
export function content(type: string, body: string | Uint8Array<ArrayBuffer>): Reply {
  return { status: 200, headers: { "content-type": type }, body };
}

export const redirect = (status: 302 | 303, location: string): Reply => ({ status, headers: { location }, body: null });
