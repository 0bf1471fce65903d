// What tsc does not emit but the program reads at run time: prompts, schemas, documents, the sample project.
import { cpSync, existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** Copies every non-TypeScript file below `from` to the same place below `to`. */
function copyAssets(from, to) {
  cpSync(from, to, { recursive: true, filter: (path) => statSync(path).isDirectory() || !path.endsWith(".ts") });
}

for (const folder of readdirSync(".", { withFileTypes: true })) {
  if (folder.isDirectory() && ["src", "worker"].includes(folder.name) && existsSync(folder.name)) {
    copyAssets(folder.name, join("dist", folder.name));
  }
}
