import githubAppJwt from "universal-github-app-jwt";
import type { Clock } from "../ports/clock.ts";
import type { Client, ClientOptions } from "./client.ts";
import { openClient } from "./client.ts";

export interface AppCredentials {
  readonly appId: number;
  /** PEM, PKCS#1 or PKCS#8. */
  readonly privateKey: string;
}

/** A disagreement of clocks worth another try, milliseconds. */
const noticeable = 20_000;

/** Requests as the app itself, signed by its key. A wrong local clock is noticed by the forge's Date header and made up for. */
export function openAppClient(
  credentials: AppCredentials,
  options: Omit<ClientOptions, "authorize" | "reauthorize"> & { readonly clock: Clock },
): Client {
  let offset = 0;
  const forgeTime = () => options.clock.now() + offset;
  return openClient({
    ...options,
    authorize: async () => {
      const { token } = await githubAppJwt({
        id: credentials.appId,
        privateKey: credentials.privateKey,
        now: Math.floor(forgeTime() / 1_000),
      });
      return `bearer ${token}`;
    },
    reauthorize: (date) => {
      const said = Date.parse(date ?? "");
      if (Number.isNaN(said) || Math.abs(said - forgeTime()) < noticeable) return false;
      offset = said - options.clock.now();
      return true;
    },
  });
}
