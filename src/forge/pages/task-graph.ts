import dagre from "@dagrejs/dagre";
import { type Html, html } from "./html.ts";
import { type TaskState, taskWord } from "./states.ts";

/** One task of the picture. */
export interface GraphTask {
  readonly id: number;
  readonly number: number;
  readonly title: string;
  readonly state: TaskState;
  readonly href: string;
  /** Ids of the tasks it waits for; those that are not in the picture are passed over. */
  readonly needs: readonly number[];
}

// Size of a box, which holds two lines of a title, and the room around it. Pixels.
const box = { width: 196, height: 80 };
const gap = { between: 16, layers: 58, margin: 4 };
/** More tasks than a person can look at; the list below the picture has them all. */
const mostTasks = 100;

/** The tasks and what waits for what, laid out from left to right as SVG; nothing when there is no order to show. */
export function taskGraph(tasks: readonly GraphTask[]): Html {
  if (tasks.length < 2 || tasks.length > mostTasks) return html``;
  const { graph, lines } = layOut(tasks);
  const { width = 0, height = 0 } = graph.graph();
  const size = { width: Math.ceil(width), height: Math.ceil(height) };
  const summary = `${tasks.length} tasks; an arrow leads from a task to those that wait for it`;
  return html`<figure class="graph scroll"><svg viewBox="0 0 ${size.width} ${size.height}" width="${size.width}" height="${size.height}" role="img" aria-label="${summary}">
<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 .8 7.2 4 0 7.2z"/></marker></defs>
<g class="edges">${lines.map((line) => html`<path d="${curve(line)}" marker-end="url(#arrow)"/>`)}</g>
${tasks.map((task) => drawTask(task, graph.node(String(task.id))))}
</svg></figure>`;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** What this page uses of the layout library, whose own types are lost in packaging. */
interface Layout {
  setGraph(options: object): void;
  setDefaultEdgeLabel(label: () => object): void;
  setNode(name: string, size: object): void;
  setEdge(from: string, to: string): void;
  graph(): { readonly width?: number; readonly height?: number };
  node(name: string): Point;
  edges(): readonly { readonly v: string; readonly w: string }[];
  edge(name: object): { readonly points?: readonly Point[] };
}

interface Line {
  readonly from: Point;
  readonly to: Point;
  readonly points: readonly Point[];
}

function layOut(tasks: readonly GraphTask[]): { graph: Layout; lines: readonly Line[] } {
  const graph: Layout = new dagre.graphlib.Graph();
  graph.setGraph({
    rankdir: "LR",
    nodesep: gap.between,
    ranksep: gap.layers,
    marginx: gap.margin,
    marginy: gap.margin,
  });
  graph.setDefaultEdgeLabel(() => ({}));
  const known = new Set(tasks.map(({ id }) => id));
  for (const { id } of tasks) graph.setNode(String(id), { ...box });
  for (const { id, needs } of tasks) {
    for (const need of needs) if (known.has(need)) graph.setEdge(String(need), String(id));
  }
  dagre.layout(graph);
  const line = (edge: { v: string; w: string }): Line => {
    return { from: graph.node(edge.v), to: graph.node(edge.w), points: graph.edge(edge).points ?? [] };
  };
  return { graph, lines: graph.edges().map(line) };
}

/** A smooth line from the right side of one box to the left side of another, through the points between. */
function curve({ from, to, points }: Line): string {
  const ends = { start: { x: from.x + box.width / 2, y: from.y }, end: { x: to.x - box.width / 2, y: to.y } };
  // The layout's own first and last points lie anywhere on the boxes' borders.
  const stops = [...points.slice(1, -1).filter(({ x }) => x > ends.start.x && x < ends.end.x), ends.end];
  let at = ends.start;
  let path = `M${place(at)}`;
  for (const next of stops) {
    const middle = (at.x + next.x) / 2;
    path += `C${place({ x: middle, y: at.y })} ${place({ x: middle, y: next.y })} ${place(next)}`;
    at = next;
  }
  return path;
}

/** SVG's own text neither wraps nor ends in dots, so what is written in a box is HTML. */
function drawTask({ number, title, state, href }: GraphTask, { x, y }: Point): Html {
  const left = round(x - box.width / 2);
  const top = round(y - box.height / 2);
  return html`<a href="${href}" class="task task-${state}"><title>#${number} ${title}: ${taskWord(state)}</title>
<rect class="box" x="${left}" y="${top}" width="${box.width}" height="${box.height}" rx="10"/>
<foreignObject x="${left}" y="${top}" width="${box.width}" height="${box.height}"><div class="inside"><span class="title">${title}</span><span class="state"><i></i>${taskWord(state)}<span class="number">#${number}</span></span></div></foreignObject></a>`;
}

function place({ x, y }: Point): string {
  return `${round(x)} ${round(y)}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
