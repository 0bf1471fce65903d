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

// Size of a box and the room around it. Pixels.
const box = { width: 208, height: 58 };
const gap = { between: 18, layers: 56, margin: 4 };
/** More tasks than a person can look at; the list below the picture has them all. */
const mostTasks = 100;

/** The tasks and what waits for what, laid out from left to right as SVG; nothing when there is no order to show. */
export function taskGraph(tasks: readonly GraphTask[]): Html {
  if (tasks.length < 2 || tasks.length > mostTasks) return html``;
  const { graph, edges } = layOut(tasks);
  const { width = 0, height = 0 } = graph.graph();
  const size = { width: Math.ceil(width), height: Math.ceil(height) };
  const summary = `${tasks.length} tasks; an arrow leads from a task to those that wait for it`;
  return html`<figure class="graph scroll"><svg viewBox="0 0 ${size.width} ${size.height}" width="${size.width}" height="${size.height}" role="img" aria-label="${summary}">
<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 .8 7.2 4 0 7.2z"/></marker></defs>
<g class="edges">${edges.map((points) => html`<path d="${curve(points)}" marker-end="url(#arrow)"/>`)}</g>
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
  edges(): readonly object[];
  edge(name: object): { readonly points?: readonly Point[] };
}

function layOut(tasks: readonly GraphTask[]): { graph: Layout; edges: readonly (readonly Point[])[] } {
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
  return { graph, edges: graph.edges().map((edge) => graph.edge(edge).points ?? []) };
}

/** A smooth line that leaves and arrives horizontally. */
function curve(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (first === undefined) return "";
  let at = first;
  let path = `M${place(first)}`;
  for (const next of rest) {
    const middle = (at.x + next.x) / 2;
    path += `C${place({ x: middle, y: at.y })} ${place({ x: middle, y: next.y })} ${place(next)}`;
    at = next;
  }
  return path;
}

function drawTask({ number, title, state, href }: GraphTask, { x, y }: Point): Html {
  const left = round(x - box.width / 2);
  const top = round(y - box.height / 2);
  return html`<a href="${href}" class="task task-${state}"><title>#${number} ${title}: ${taskWord(state)}</title>
<rect class="card" x="${left}" y="${top}" width="${box.width}" height="${box.height}" rx="9"/>
<circle class="dot" cx="${left + 17}" cy="${top + 39.5}" r="4.5"/>
<text class="title" x="${left + 13}" y="${top + 23}">${shorten(title)}</text>
<text class="state" x="${left + 28}" y="${top + 43.5}">${taskWord(state)}</text>
<text class="number" x="${left + box.width - 12}" y="${top + 43.5}" text-anchor="end">#${number}</text></a>`;
}

/** As much of a title as fits a box; ideographs are twice as wide. */
function shorten(title: string): string {
  let room = 27;
  let kept = "";
  for (const character of title) {
    room -= /[\u1100-\u{1F6FF}]/u.test(character) ? 2 : 1;
    if (room < 0) return `${kept.trimEnd()}…`;
    kept += character;
  }
  return kept;
}

function place({ x, y }: Point): string {
  return `${round(x)} ${round(y)}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
