import { describe, expect, it } from "vitest";
import { type GraphTask, taskGraph } from "../../../src/forge/pages/task-graph.ts";

function task(id: number, needs: number[] = [], more: Partial<GraphTask> = {}): GraphTask {
  return { id, number: id, title: `Task ${id}`, state: "queued", href: `/a/b/issues/${id}`, needs, ...more };
}

const draw = (tasks: GraphTask[]) => String(taskGraph(tasks));
const left = (svg: string, number: number) =>
  Number(new RegExp(`issues/${number}"[^]*?<rect class="box" x="([\\d.]+)"`).exec(svg)?.[1]);

describe("the task graph", () => {
  it("puts every task to the right of what it waits for, and draws one line for each need", () => {
    const svg = draw([task(1), task(2, [1]), task(3, [1]), task(4, [2, 3])]);
    expect(left(svg, 1)).toBeLessThan(left(svg, 2));
    expect(left(svg, 2)).toBe(left(svg, 3));
    expect(left(svg, 3)).toBeLessThan(left(svg, 4));
    expect(svg.match(/marker-end/g)).toHaveLength(4);
  });

  it("links and colours each task by its state", () => {
    const svg = draw([task(1, [], { state: "done" }), task(2, [1], { state: "running" })]);
    expect(svg).toContain('<a href="/a/b/issues/1" class="task task-done">');
    expect(svg).toContain('<a href="/a/b/issues/2" class="task task-running">');
  });

  it("shows titles as text, whatever they hold", () => {
    const svg = draw([task(1, [], { title: '</title><script>x</script>"' }), task(2)]);
    expect(svg).not.toContain("<script>");
    expect(svg).toContain("&lt;script&gt;");
  });

  it("passes over needs outside the picture and survives a circle", () => {
    expect(draw([task(1, [99]), task(2)]).match(/marker-end/g)).toBeNull();
    expect(draw([task(1, [2]), task(2, [1])]).match(/marker-end/g)).toHaveLength(2);
  });

  it("draws nothing for one task or for more than anybody could look at, and a hundred quickly", () => {
    expect(draw([task(1)])).toBe("");
    expect(draw(Array.from({ length: 101 }, (_, at) => task(at + 1)))).toBe("");
    const start = performance.now();
    draw(Array.from({ length: 100 }, (_, at) => task(at + 1, at < 4 ? [] : [at - 1, at - 3])));
    expect(performance.now() - start).toBeLessThan(20_000);
  });
});
