import type { App } from "./start.ts";

/** The first signal ends the app in an orderly way and then the process, a second one the process at once. */
export function stopOnSignal(app: Pick<App, "stop">): void {
  let stopping = false;
  const stop = () => {
    if (stopping) process.exit(130);
    stopping = true;
    void app.stop().then(() => process.exit(0));
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
}
