import { CoppiceError } from "../core/errors.ts";
import { asRequestFailure } from "../github/errors.ts";
import type { AppOptions } from "./options.ts";

/** What to tell where the forge does not know the app by its key; undefined where it failed otherwise. */
export function wrongKey(
  error: unknown,
  { appId, apiUrl }: Pick<AppOptions, "appId" | "apiUrl">,
): CoppiceError | undefined {
  const status = asRequestFailure(error instanceof CoppiceError ? error.cause : error)?.status;
  if (status !== 401 && status !== 404) return undefined;
  const line = `${apiUrl} does not know app ${appId} by this private key (${status}): check APP_ID and PRIVATE_KEY`;
  return new CoppiceError("bad-input", line, { cause: error });
}

/** Credentials travel in clear text only where the operator named an address without TLS. */
export function protocolsOf(apiUrl: string): readonly string[] {
  return apiUrl.startsWith("https:") ? ["https"] : ["http", "https"];
}

/** On a forge of one's own no check begins by itself, so that none is waited for. */
export function overridesOf({
  limits,
  policyOverrides,
}: Pick<AppOptions, "limits" | "policyOverrides">): AppOptions["policyOverrides"] {
  return limits === "unlimited" ? { checksGraceSeconds: 0, ...policyOverrides } : policyOverrides;
}
