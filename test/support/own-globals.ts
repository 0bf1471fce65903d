// @hono/node-server puts a Response of its own into the place of node's as soon as a server listens. What it says when an
// answer was sent already must be made before: later it is of the other kind and goes unrecognised. One process that
// loads modules as its test files come to need them would meet that; a program loads all of them first.
import "@hono/node-server/utils/response";
