import type { Command, Verb } from "../../../wire/commands/command.ts";
import { amend } from "./amend.ts";
import { answer, approve, cancel } from "./decide.ts";
import { discuss } from "./discuss.ts";
import { edit } from "./edit.ts";
import type { Handled, Handler, Turn } from "./handler.ts";
import { accept, undo } from "./history.ts";
import { plan } from "./plan.ts";
import { plans } from "./plans.ts";
import { agents, help, status, view } from "./show.ts";
import { assign, pause, priority, resume, retry, stop } from "./steer.ts";
import { submit } from "./submit.ts";
import { add, modify, remove, split } from "./tasks.ts";

/** Every verb's handler. */
export const handlers: { readonly [V in Verb]: Handler<V> } = {
  plan,
  discuss,
  answer,
  accept,
  add,
  modify,
  split,
  remove,
  assign,
  edit,
  undo,
  amend,
  approve,
  submit,
  cancel,
  pause,
  resume,
  stop,
  retry,
  priority,
  view,
  plans,
  status,
  agents,
  help,
};

/** Has a command's handler ask what it must. */
export function handle(command: Command, turn: Turn): Promise<Handled> {
  return handleAs(command.verb, command, turn);
}

function handleAs<V extends Verb>(verb: V, command: Command, turn: Turn): Promise<Handled> {
  const handler: Handler<V> = handlers[verb];
  return isOf(command, verb) ? handler(command, turn) : Promise.reject(new TypeError(`${command.verb} is no ${verb}`));
}

function isOf<V extends Verb>(command: Command, verb: V): command is Extract<Command, { verb: V }> {
  return command.verb === verb;
}
