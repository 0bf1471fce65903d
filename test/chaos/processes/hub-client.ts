import { createServer } from "node:net";
import { z } from "zod";
import { operatorToken } from "../../app/support/world.ts";

const headers = { authorization: `Bearer ${operatorToken}`, "content-type": "application/json" };

/** A token for a worker of that name, as the operator is given it. */
export async function enrol(url: string, name: string): Promise<string> {
  const answer = await fetch(`${url}/api/workers`, { method: "POST", headers, body: JSON.stringify({ name }) });
  return z.object({ token: z.string() }).parse(await answer.json()).token;
}

/** How many agents are at work. */
export async function runningTasks(url: string): Promise<number> {
  const answer = await fetch(`${url}/api/runs`, { headers });
  const { runs } = z.object({ runs: z.array(z.object({ phase: z.string() })) }).parse(await answer.json());
  return runs.filter(({ phase }) => phase === "working").length;
}

/** A port that nobody listened on a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
