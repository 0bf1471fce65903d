import { spawn } from "node:child_process";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Origin } from "./origin.ts";
import { git, makeFolder, makeOrigin } from "./origin.ts";

export interface GitServer {
  readonly url: string;
  /** How many of the next pushes take effect without their answer reaching the client. */
  dropReplies: number;
  /** How many of the next requests are reset before anything happens. */
  refuse: number;
  close(): Promise<void>;
}

/** A folder with an origin in it that is served as `<url>/origin.git`; `close` removes all of it. */
export async function startServedOrigin(token: string): Promise<ServedOrigin> {
  const folder = await makeFolder();
  const origin = await makeOrigin(folder.path);
  const server = await startGitServer({ folder: folder.path, token });
  const close = async () => {
    await server.close();
    await folder.remove();
  };
  return { folder: folder.path, origin, server, url: `${server.url}/origin.git`, close };
}

export interface ServedOrigin {
  readonly folder: string;
  readonly origin: Origin;
  readonly server: GitServer;
  /** Of the repository. */
  readonly url: string;
  close(): Promise<void>;
}

/** git smart HTTP over `git http-backend` for the bare repositories in `folder`; wants the token as a Basic password. */
async function startGitServer({ folder, token }: { folder: string; token: string }): Promise<GitServer> {
  const wanted = `Basic ${Buffer.from(`x-access-token:${token}`).toString("base64")}`;
  await git(folder, "-C", "origin.git", "config", "http.receivepack", "true");
  const state = { dropReplies: 0, refuse: 0 };
  const server = createServer((request, response) => {
    if (state.refuse > 0) {
      state.refuse -= 1;
      request.socket.destroy();
    } else if (request.headers.authorization !== wanted) {
      response.writeHead(401, { "www-authenticate": 'Basic realm="git"' }).end();
    } else {
      const isPush = request.method === "POST" && request.url?.endsWith("git-receive-pack");
      const drop = isPush && state.dropReplies > 0;
      if (drop) state.dropReplies -= 1;
      void serve(request, response, { folder, drop: drop === true });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(state, {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  { folder, drop }: { folder: string; drop: boolean },
): Promise<void> {
  const [path = "", query = ""] = (request.url ?? "").split("?");
  const backend = spawn("git", ["http-backend"], {
    env: {
      PATH: process.env.PATH,
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: "1",
      GIT_CONFIG_NOSYSTEM: "1",
      HOME: folder,
      PATH_INFO: path,
      QUERY_STRING: query,
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers["content-type"] ?? "",
      HTTP_CONTENT_ENCODING: request.headers["content-encoding"] ?? "",
      GIT_PROTOCOL: String(request.headers["git-protocol"] ?? ""),
      REMOTE_USER: "person",
      REMOTE_ADDR: "127.0.0.1",
    },
    stdio: ["pipe", "pipe", "inherit"],
  });
  request.pipe(backend.stdin);
  const chunks: Buffer[] = [];
  for await (const chunk of backend.stdout) chunks.push(chunk);
  if (drop) {
    request.socket.destroy();
    return;
  }
  const answer = Buffer.concat(chunks);
  const end = answer.indexOf("\r\n\r\n");
  for (const line of answer.subarray(0, end).toString().split("\r\n")) {
    const [name = "", value = ""] = line.split(": ");
    if (name.toLowerCase() === "status") response.statusCode = Number.parseInt(value, 10);
    else response.setHeader(name, value);
  }
  response.end(answer.subarray(end + 4));
}
