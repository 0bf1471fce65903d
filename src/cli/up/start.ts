import type { App } from "../../app/start.ts";
import type { Faultiness, Forge } from "../../forge/index.ts";
import type { OperatorLimits } from "../../wire/config.ts";
import { openDataFolder } from "./data-folder.ts";
import type { ModelEnvironment } from "./options.ts";
import type { LocalRepository } from "./preflight.ts";

export interface UpOptions {
  readonly repository: LocalRepository;
  readonly dataFolder: string;
  readonly port: number;
  readonly workers: number;
  readonly planner: "auto" | "anthropic" | "keywords";
  readonly models: ModelEnvironment;
  /** Undefined: nobody works; plans can be made and approved. */
  readonly agent?: string;
  readonly sandbox: "bubblewrap" | "none";
  /** Sandboxed commands may use the network. */
  readonly network: boolean;
  readonly limits: OperatorLimits;
  /** How the forge misbehaves. */
  readonly faults?: Faultiness;
}

/** Where everything is, in the words of `--json`. */
export interface Ready {
  readonly url: string;
  readonly apiUrl: string;
  readonly gitUrl: string;
  readonly owner: string;
  readonly repo: string;
  /** The admin's. */
  readonly token: string;
  readonly webhookSecret: string;
}

export interface Up {
  readonly ready: Ready;
  readonly forge: Forge;
  readonly app: App;
  /** An address that signs its first visitor in as the admin. */
  signIn(): string;
  /** Ends workers, app and forge, in this order, within 10 s. */
  stop(): Promise<void>;
}

/** Starts forge, app, hub and workers over one data folder; what an earlier `up` left there goes on. */
export async function startUp(options: UpOptions): Promise<Up> {
  const data = await openDataFolder(options.dataFolder);
  const running: (() => Promise<void>)[] = [() => data.release()];
  const stop = () => stopAll(running);
  try {
    // Loaded only now: that the folder cannot be used is said without it.
    const { startParts } = await import("./parts.ts");
    return { ...(await startParts(options, data, running)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The last started first; one that fails to stop does not keep the others running. */
async function stopAll(running: (() => Promise<void>)[]): Promise<void> {
  for (const stop of running.splice(0).reverse()) await stop().catch(() => undefined);
}
