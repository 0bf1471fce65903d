import type { RehearsalRequest } from "./request.ts";
import { filesOf, sampleTasks, taskNamedIn } from "./sample.ts";
import type { AnswerBlock, ScriptedAnswer } from "./stream.ts";

/** The script: the plan when a plan is asked for, the next step of a sample task when one is named, else an honest no. */
export async function answerTo(request: RehearsalRequest): Promise<ScriptedAnswer> {
  if (request.tools.includes("submit_plan")) return request.last.includes("submit_plan") ? plan() : onlyTheSample;
  const task = taskNamedIn(request.opening);
  return task === undefined ? onlyTheSample : workStep(task, request.turn);
}

const onlyTheSample: ScriptedAnswer = {
  content: [
    { type: "text", text: "This is a rehearsal: it only knows the sample project's tasks and did nothing here." },
  ],
  stopReason: "end_turn",
};

function plan(): ScriptedAnswer {
  const tasks = sampleTasks.map(({ work: _work, reads: _reads, ...task }, index) => ({
    key: `T${index + 1}`,
    ...task,
  }));
  return calls("Weight, temperature and volume share one form; sentences do not depend on it.", [
    { name: "submit_plan", input: { tasks } },
  ]);
}

/** Look around, read, write, test, report: five turns, each a real tool call the agent carries out. */
async function workStep(task: { title: string; work: string; reads: string }, turn: number): Promise<ScriptedAnswer> {
  switch (turn) {
    case 0:
      return calls(`I start with: ${task.title}.`, [{ name: "list_directory", input: { path: "." } }]);
    case 1:
      return calls("First what is there.", [{ name: "read_file", input: { path: task.reads } }]);
    case 2: {
      const files = await filesOf(task.work);
      return calls(
        `Now ${files.map((file) => file.path).join(" and ")}.`,
        files.map((file) => ({ name: "write_file", input: file })),
      );
    }
    case 3:
      return calls("Do all tests pass?", [{ name: "run_command", input: { command: "node --test" } }]);
    default:
      return { content: [{ type: "text", text: await report(task) }], stopReason: "end_turn" };
  }
}

async function report(task: { title: string; work: string }): Promise<string> {
  const paths = (await filesOf(task.work)).map((file) => `- \`${file.path}\``);
  return `${task.title}: done, with tests.\n\n${paths.join("\n")}`;
}

function calls(text: string, tools: readonly { name: string; input: unknown }[]): ScriptedAnswer {
  const blocks: AnswerBlock[] = tools.map((tool, index) => ({
    type: "tool_use",
    id: `toolu_rehearsal_${tool.name}_${index}`,
    ...tool,
  }));
  return { content: [{ type: "text", text }, ...blocks], stopReason: "tool_use" };
}
