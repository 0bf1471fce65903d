import type { Oid } from "../core/repository.ts";

export interface LsRefsRequest {
  /** `http(s)://…`, as git is given it. */
  readonly url: string;
  /** Beginnings of full ref names; only refs that begin so are sent. */
  readonly prefixes: readonly string[];
  readonly token: string | undefined;
  readonly signal: AbortSignal;
}

/** Most bytes an answer may have: some 400,000 refs. */
const largest = 32 * 1024 * 1024;

/**
 * The remote's refs by git's protocol, version 2 (`ls-refs` over smart HTTP): what `git ls-remote` asks too, in one request
 * and no process, and with prefixes, which that command does not send: on a repository with 100,000 refs it gets them all.
 * Throws when the answer is not that of such a server; the caller then leaves it to git.
 */
export async function lsRefs({ url, prefixes, token, signal }: LsRefsRequest): Promise<ReadonlyMap<string, Oid>> {
  const basic = Buffer.from(`x-access-token:${token}`).toString("base64");
  const response = await fetch(`${url}/git-upload-pack`, {
    method: "POST",
    // A redirect would hand the token to another host.
    redirect: "error",
    headers: {
      "content-type": "application/x-git-upload-pack-request",
      accept: "application/x-git-upload-pack-result",
      "git-protocol": "version=2",
      ...(token === undefined ? {} : { authorization: `Basic ${basic}` }),
    },
    body: question(prefixes),
    signal,
  });
  const type = response.headers.get("content-type");
  if (response.status !== 200 || type !== "application/x-git-upload-pack-result" || response.body === null) {
    await response.body?.cancel();
    throw new Error(`no answer to ls-refs: ${response.status} ${type}`);
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.length;
    if (size > largest) throw new Error("the answer to ls-refs is too long");
    chunks.push(chunk);
  }
  return parse(Buffer.concat(chunks));
}

function question(prefixes: readonly string[]): string {
  const lines = prefixes.map((prefix) => packet(`ref-prefix ${prefix}\n`));
  return `${packet("command=ls-refs\n")}${packet("object-format=sha1\n")}0001${lines.join("")}0000`;
}

/** A line with its length in front, four hexadecimal digits that count themselves. */
function packet(line: string): string {
  return (Buffer.byteLength(line) + 4).toString(16).padStart(4, "0") + line;
}

/** Packets `<oid> <name>[ attributes]`, ended by `0000`; an answer that was cut off has no such end. */
function parse(answer: Buffer): Map<string, Oid> {
  const refs = new Map<string, Oid>();
  for (let at = 0; ; ) {
    const length = Number.parseInt(answer.toString("latin1", at, at + 4), 16);
    if (length === 0) return refs;
    const line = answer.toString("utf8", at + 4, at + length).trimEnd();
    const [, oid, name] = /^([0-9a-f]{40}) (refs\/[^ ]+|HEAD)( .*)?$/.exec(line) ?? [];
    if (!(length > 4) || oid === undefined || name === undefined) throw new Error("the answer to ls-refs is none");
    refs.set(name, oid);
    at += length;
  }
}
