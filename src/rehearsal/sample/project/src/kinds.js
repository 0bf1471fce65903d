import { readdir } from "node:fs/promises";

const folder = new URL("./kinds/", import.meta.url);

/** Every kind of measurement: one module each in src/kinds, found by name. */
export async function loadKinds() {
  const files = (await readdir(folder)).filter((file) => file.endsWith(".js")).sort();
  const modules = await Promise.all(files.map((file) => import(new URL(file, folder))));
  return modules.map((module) => module.default);
}
