import type { Actor } from "../access/actor.ts";
import { HttpError } from "../http/errors.ts";
import type { Area, Visit } from "../http/gate.ts";
import type { Reply } from "../http/reply.ts";
import type { Site } from "../site.ts";
import { follow } from "../stopping.ts";
import type { Resource } from "./closed-windows.ts";
import type { RequestFault } from "./fault.ts";
import { limitedAnswer } from "./limited-answer.ts";

/** A request that a fault befalls. */
export interface Victim {
  readonly area: Area;
  readonly visit: Visit;
  readonly actor: Actor;
  readonly resource: Resource;
  /** Its answer goes out while it is made, so it cannot be held back. */
  readonly streams: boolean;
}

/** Does to the request what the fault says; `serve` has its effect and makes its answer. */
export async function inflict(
  fault: RequestFault,
  victim: Victim,
  serve: (site: Site) => Promise<Reply>,
): Promise<Reply> {
  const { area, visit, streams } = victim;
  const { site } = visit;
  switch (fault.kind) {
    case "limited":
      return limitedAnswer(fault.refusal, { ...victim, now: site.clock.now() });
    case "stale":
      return serve(asOf(site, site.clock.now() - fault.milliseconds));
    case "status":
    case "reset":
    case "timeout":
      if (fault.moment === "after" && !streams) await serveUnheard(visit, serve);
      if (fault.kind === "status") return area.refuse(new HttpError(fault.status, statusWords[fault.status] ?? ""));
      if (fault.kind === "timeout") await patience(visit, fault.milliseconds);
      visit.incoming.socket.resetAndDestroy();
      return { status: fault.kind === "timeout" ? 504 : 502, body: null, sent: true };
  }
}

/** The effect happens, or is refused; what it would have answered is lost. */
async function serveUnheard({ site, route }: Visit, serve: (site: Site) => Promise<Reply>): Promise<void> {
  await serve(site).catch((error: unknown) => {
    if (!(error instanceof HttpError)) site.log(`forge: ${route} failed unheard: ${String(error)}`);
  });
}

function asOf(site: Site, time: number): Site {
  const store = site.store.asOf(time);
  return store === site.store ? site : { ...site, store, git: site.past.at(store) };
}

const statusWords: Readonly<Record<number, string>> = {
  500: "Server Error",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
};

/** Waits so long, or until the other side has given up. */
async function patience({ site, outgoing }: Visit, milliseconds: number): Promise<void> {
  const gone = new AbortController();
  const leave = () => gone.abort();
  const following = follow(site.stopping, { own: gone });
  outgoing.once("close", leave);
  await site.clock.sleep(milliseconds, following.signal).catch(() => undefined);
  outgoing.off("close", leave);
  following.end();
}
