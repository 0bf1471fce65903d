/** The folders a sandboxed command lives in; all absolute. */
export interface SandboxFolders {
  /** Where it starts, and all it may write beside home and temp. */
  readonly worktree: string;
  /** Its own HOME, empty at first. */
  readonly home: string;
  /** Its own TMPDIR. */
  readonly temp: string;
  /** More it may read, such as the mirror's objects. */
  readonly readable: readonly string[];
}

export interface SandboxCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly folders: SandboxFolders;
  /** Added to a clean environment: PATH, LANG, HOME and TMPDIR are set already. Never a secret. */
  readonly env: Readonly<Record<string, string>>;
  /** Only what must reach a model endpoint, or what the operator allowed. */
  readonly network: boolean;
}

/** What is really started. */
export interface WrappedCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** A way to confine a command. */
export interface Sandbox {
  readonly name: string;
  /** One sentence for people: what holds and what does not. */
  describe(): string;
  wrap(command: SandboxCommand): WrappedCommand;
}

export interface ProcessLimits {
  /** Wall clock. */
  readonly timeoutMilliseconds: number;
  /** Longest time without output; absent: no such limit. */
  readonly idleMilliseconds?: number;
  /** How much of the output's beginning, and how much of its end, is kept. */
  readonly keepBytes: number;
  /** Output as it comes; never longer than one read of the pipe (64 KiB). */
  readonly onOutput?: (text: string) => void;
}

/** How a process ended. Whatever the kind, nothing of its process group is left. */
export type ProcessOutcome = {
  readonly milliseconds: number;
  /** Both streams as they came: first and last `keepBytes`, with a line saying what was left out. */
  readonly output: string;
} & (
  | { readonly kind: "exited"; readonly code: number }
  | { readonly kind: "killed"; readonly signal: string }
  | { readonly kind: "timed-out" }
  | { readonly kind: "stalled" }
  | { readonly kind: "stopped" }
  | { readonly kind: "not-started"; readonly reason: string }
);

/** Runs commands inside one sandbox: no standard input, a process group of its own, killed as a whole. */
export interface Processes {
  readonly sandbox: Pick<Sandbox, "name" | "describe">;
  run(command: SandboxCommand, limits: ProcessLimits, signal: AbortSignal): Promise<ProcessOutcome>;
}
