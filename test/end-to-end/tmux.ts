import { execa } from "execa";
import { until } from "../support/up-process.ts";

/** A real terminal to type into and to look at. */
export interface Terminal {
  /** Types a line and presses Enter. */
  type(line: string): Promise<void>;
  /** Presses one key, by tmux's name for it. */
  press(key: string): Promise<void>;
  /** What has been shown so far, what has scrolled away included. */
  text(): Promise<string>;
  /** Waits until what came since the last call matches, and gives what came. */
  shows(pattern: RegExp, seconds?: number): Promise<string>;
  close(): Promise<void>;
}

export interface TerminalOptions {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly columns?: number;
}

let count = 0;

/** False where tmux is not installed. */
export async function hasTmux(): Promise<boolean> {
  return (await execa("tmux", ["-V"], { reject: false, timeout: 10_000 })).exitCode === 0;
}

/** Runs a command in a terminal of its own, on a tmux server of its own; what ends it is shown as `exit <code>`. */
export async function openTerminal(words: readonly string[], options: TerminalOptions): Promise<Terminal> {
  const { folder, environment, columns = 100 } = options;
  const server = `coppice-test-${process.pid}-${++count}`;
  const tmux = async (...argument: string[]): Promise<string> => {
    const env = { ...environment, TERM: "screen-256color" };
    const done = await execa("tmux", ["-L", server, "-f", "/dev/null", ...argument], {
      env,
      extendEnv: false,
      timeout: 10_000,
    });
    return done.stdout;
  };
  const command = `${words.map(quoted).join(" ")}; echo "exit $?"; sleep 300`;
  await tmux("new-session", "-d", "-x", `${columns}`, "-y", "50", "-c", folder, "/bin/sh", "-c", command);
  const text = () => tmux("capture-pane", "-p", "-J", "-S", "-2000");
  let seen = 0;
  return {
    text,
    type: async (line) => {
      await tmux("send-keys", "-l", "--", line);
      await tmux("send-keys", "Enter");
    },
    press: async (key) => {
      await tmux("send-keys", key);
    },
    async shows(pattern, seconds = 90) {
      let now = "";
      const look = async () => {
        now = (await text()).trimEnd();
        return pattern.test(now.slice(seen));
      };
      await until(`${pattern} in the terminal`, look, seconds).catch((error: unknown) => {
        throw new Error(`${String(error)}\n${now.slice(-3_000)}`);
      });
      const fresh = now.slice(seen);
      seen = now.length;
      return fresh;
    },
    close: async () => {
      await tmux("kill-server").catch(() => undefined);
    },
  };
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
