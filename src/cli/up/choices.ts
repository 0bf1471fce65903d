import { assertAgentId } from "../../agents/registry.ts";
import { CoppiceError } from "../../core/errors.ts";
import type { ModelEnvironment } from "./options.ts";

/** The agent asked for, else the model where there is a key, else nobody. Throws CoppiceError bad-input. */
export function chooseAgent(asked: string | undefined, models: ModelEnvironment): string | undefined {
  if (asked === undefined) return models.apiKey === undefined ? undefined : "anthropic";
  assertAgentId(asked);
  if (asked === "anthropic" && models.apiKey === undefined) {
    throw new CoppiceError("bad-input", "--agent anthropic: ANTHROPIC_API_KEY is not set");
  }
  return asked;
}

/** Fails closed: without a working sandbox agents run only when the operator says so. */
export async function chooseSandbox(dangerouslyNoSandbox: boolean): Promise<"bubblewrap" | "none"> {
  if (dangerouslyNoSandbox) return "none";
  // Loaded only now: wrong input is answered without it.
  const { openBubblewrap } = await import("../../sandbox/bubblewrap.ts");
  await openBubblewrap();
  return "bubblewrap";
}
