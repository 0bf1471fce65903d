import type { ApplicationFunction } from "probot";
import { handlers } from "./handlers/index.ts";
import type { Enqueue } from "./work.ts";

/** The app as Probot knows it: its handlers only enqueue. */
export function probotApp(enqueue: Enqueue): ApplicationFunction {
  return (app) => {
    for (const handler of handlers) handler(app, enqueue);
  };
}
