import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("./sample/", import.meta.url));

/** The small project the rehearsal works on: a folder of plain files, no git yet. */
export const sampleProject = join(folder, "project");

/** What the person in the demo asks for. */
export const sampleGoal =
  'Let measure convert weight, temperature and volume, and understand sentences such as "12 km in miles"';

/** The task the person in the demo adds by hand. */
export const sampleAddition = "Document every unit in the README";

export interface SampleTask {
  readonly title: string;
  readonly description: string;
  readonly acceptance: readonly string[];
  readonly specialist: string;
  readonly phase: "design" | "implementation" | "testing";
  readonly needs: readonly string[];
  readonly touches: readonly string[];
  /** The folder below sample/work with the files this task leaves behind. */
  readonly work: string;
  /** The file worth reading before starting. */
  readonly reads: string;
}

/** The scripted plan, keyed in this order T1, T2 … */
export const sampleTasks: readonly SampleTask[] = [
  {
    title: "Describe what a kind of measurement is",
    description:
      "Weight and volume need a factor per unit, temperature needs a shift as well. Agree on one form for both, write it down, and let `convert` use it.",
    acceptance: ["docs/kinds.md says how a kind is described", "every kind in src/kinds is checked by a test"],
    specialist: "specifications-engineer",
    phase: "design",
    needs: [],
    touches: ["docs/kinds.md", "src/unit.js", "src/convert.js"],
    work: "describe-kinds",
    reads: "src/convert.js",
  },
  {
    title: "Read sentences",
    description:
      'Turn "12 km in miles" into an amount and two units, with the words people use in singular and plural.',
    acceptance: ["symbols, words and plurals are read", "anything else is told apart"],
    specialist: "backend-systems-engineer",
    phase: "implementation",
    needs: [],
    touches: ["src/sentence.js"],
    work: "sentence",
    reads: "src/main.js",
  },
  {
    title: "Convert weight",
    description: "Add kilograms, grams, tonnes, pounds and ounces as a kind of its own.",
    acceptance: ["10 lb is 4.5359 kg", "a weight cannot become a length"],
    specialist: "backend-systems-engineer",
    phase: "implementation",
    needs: ["T1"],
    touches: ["src/kinds/weight.js"],
    work: "weight",
    reads: "docs/kinds.md",
  },
  {
    title: "Convert temperature",
    description: "Add kelvin, celsius and fahrenheit: the first kind that a factor cannot describe.",
    acceptance: ["100 C is 212 F", "-40 is the same in both"],
    specialist: "backend-systems-engineer",
    phase: "implementation",
    needs: ["T1"],
    touches: ["src/kinds/temperature.js"],
    work: "temperature",
    reads: "docs/kinds.md",
  },
  {
    title: "Convert volume",
    description: "Add litres, gallons, pints and cups.",
    acceptance: ["1 gal is 8 pt", "1 m3 is 1000 l"],
    specialist: "backend-systems-engineer",
    phase: "implementation",
    needs: ["T1"],
    touches: ["src/kinds/volume.js"],
    work: "volume",
    reads: "docs/kinds.md",
  },
  {
    title: "Answer sentences on the command line",
    description:
      "Let `measure` take a sentence, list its units, and say how to ask when it does not understand. Test it as a process.",
    acceptance: ['measure "12 km in miles" prints 7.456 mi', "measure --units lists four kinds"],
    specialist: "test-engineer",
    phase: "testing",
    needs: ["T2", "T3", "T4", "T5"],
    touches: ["src/main.js", "test/main.test.js"],
    work: "command-line",
    reads: "src/main.js",
  },
];

const added: Pick<SampleTask, "title" | "work" | "reads"> = {
  title: sampleAddition,
  work: "readme",
  reads: "README.md",
};

/** The scripted task whose title is said in `text`, if any. */
export function taskNamedIn(text: string): Pick<SampleTask, "title" | "work" | "reads"> | undefined {
  return [...sampleTasks, added].find((task) => text.includes(task.title));
}

/** The files a task leaves behind: paths in the repository and contents. */
export async function filesOf(work: string): Promise<readonly { path: string; content: string }[]> {
  const root = join(folder, "work", work);
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    paths.sort().map(async (path) => ({ path: relative(root, path), content: await readFile(path, "utf8") })),
  );
}
