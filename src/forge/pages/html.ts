import { html } from "hono/html";

/** A piece of a page: what was put into the template was escaped, unless it was such a piece itself. */
export type Html = ReturnType<typeof html>;

export { raw } from "hono/html";
export { html };
