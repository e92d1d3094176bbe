// Where the parts of a path diagram stand: layers from the source to the target, by dagre; where
// edges leave and enter, and how they bend, by us.

import { Graph, layout } from "../vendor/dagre-3.1.3/dagre.js";

const MARGIN = 10;
const PORT_GAP = 15; // between two edges on one side of a node
const SOFT = 5; // pixels of a layer in which an edge may already bend
const STUB = 9; // pixels in which an edge runs straight into a node: the room of its head

let ruler = null;
let letters = "";

/** The width of a text in pixels, in the font that diagrams use. */
export function widthOf(text, { size = 13, weight = 600 } = {}) {
  if (ruler === null) {
    ruler = document.createElement("canvas").getContext("2d");
    letters = getComputedStyle(document.body).fontFamily;
  }
  ruler.font = `${weight} ${size}px ${letters}`;
  return ruler.measureText(text).width;
}

/** A text in lines no wider than `most`, where its words allow; nothing is left out. */
export function wrap(text, most, font) {
  const lines = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && widthOf(`${last} ${word}`, font) <= most) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else {
      lines.push(word);
    }
  }
  return lines;
}

/**
 * Place nodes {id, width, height} and edges {id, from, to, labelWidth, labelHeight}.
 * `across` runs left to right, else top to bottom. Gives each node x, y (its centre) and each
 * edge `start`, `end`, `label` (points) and `through` (all points, start and end included).
 */
export function place(nodes, edges, { across = true } = {}) {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({
    rankdir: across ? "LR" : "TB",
    nodesep: across ? 30 : 24,
    edgesep: across ? 26 : 18,
    ranksep: across ? 36 : 30,
    marginx: MARGIN,
    marginy: MARGIN,
  });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const node of nodes) graph.setNode(node.id, { width: node.width, height: node.height });
  for (const edge of edges) {
    const label = { width: edge.labelWidth, height: edge.labelHeight, labelpos: "c", weight: edge.weight };
    graph.setEdge(edge.from, edge.to, label, edge.id);
  }
  layout(graph);
  const placed = new Map(nodes.map((node) => [node.id, { ...node, ...at(graph.node(node.id)) }]));
  const along = across ? "x" : "y";
  const reach = reachOf(graph, nodes, edges, along);
  const bent = edges.map((edge) => {
    const found = graph.edge(edge.from, edge.to, edge.id);
    return { ...edge, label: { x: found.x, y: found.y }, inner: leveled(found.points, reach, along) };
  });
  connect(placed, bent, across);
  const { width, height } = graph.graph();
  return { width, height, nodes: placed, edges: bent };
}

/** How far each layer reaches to both sides of its middle: that of its widest node or label. */
function reachOf(graph, nodes, edges, along) {
  const size = along === "x" ? "width" : "height";
  const reach = new Map();
  const touch = (middle, extent) => {
    const layer = Math.round(middle);
    reach.set(layer, Math.max(reach.get(layer) ?? 0, extent / 2));
  };
  for (const node of nodes) touch(graph.node(node.id)[along], node[size]);
  for (const edge of edges) touch(graph.edge(edge.from, edge.to, edge.id)[along], along === "x" ? edge.labelWidth : edge.labelHeight);
  return reach;
}

/** The inner points of an edge: straight through every layer, so that it bends only between them. */
function leveled(points, reach, along) {
  const way = Math.sign(points.at(-1)[along] - points[0][along]) || 1;
  return points.slice(1, -1).flatMap((point) => {
    const half = way * Math.max(0, (reach.get(Math.round(point[along])) ?? 0) - SOFT);
    return [{ ...at(point), [along]: point[along] - half }, { ...at(point), [along]: point[along] + half }];
  });
}

function at({ x, y }) {
  return { x, y };
}

/** Give every edge a place of its own on the side of the node that faces where it goes. */
function connect(nodes, edges, across) {
  const along = across ? "x" : "y";
  const beside = across ? "y" : "x";
  const sides = new Map();
  for (const edge of edges) {
    const ends = [
      ["start", nodes.get(edge.from), edge.inner[0] ?? nodes.get(edge.to)],
      ["end", nodes.get(edge.to), edge.inner.at(-1) ?? nodes.get(edge.from)],
    ];
    for (const [end, node, next] of ends) {
      const ahead = next[along] >= node[along];
      const key = `${node.id}\n${ahead}`;
      if (!sides.has(key)) sides.set(key, { node, ahead, ports: [] });
      sides.get(key).ports.push({ edge, end, toward: next[beside] });
    }
  }
  for (const { node, ahead, ports } of sides.values()) {
    ports.sort((one, other) => one.toward - other.toward);
    const extent = across ? node.height : node.width;
    const gap = Math.min(PORT_GAP, (extent - 12) / Math.max(1, ports.length - 1));
    const half = (across ? node.width : node.height) / 2;
    ports.forEach(({ edge, end }, number) => {
      const aside = (number - (ports.length - 1) / 2) * gap;
      edge[end] = {
        [along]: node[along] + (ahead ? half : -half),
        [beside]: node[beside] + aside,
      };
    });
  }
  for (const edge of edges) {
    straighten(edge, along, beside);
    const last = edge.inner.at(-1) ?? edge.start;
    const stub = { ...edge.end, [along]: edge.end[along] - Math.sign(edge.end[along] - last[along]) * STUB };
    edge.through = [edge.start, ...edge.inner, stub, edge.end];
  }
}

/** An edge that is nearly straight is drawn straight. */
function straighten(edge, along, beside) {
  const flat = edge.inner.every((point) => Math.abs(point[beside] - edge.start[beside]) < 9);
  if (!flat || Math.abs(edge.end[beside] - edge.start[beside]) > 0.5) return;
  for (const point of edge.inner) point[beside] = edge.start[beside];
  edge.label[beside] = edge.start[beside];
}

/** The curve through points: level with the layers at every one of them. */
export function curve(points, { across = true, shorten = 0 } = {}) {
  const ends = points.map(at);
  const last = ends.at(-1);
  const before = ends.at(-2);
  if (across) last.x -= Math.sign(last.x - before.x || 1) * shorten;
  else last.y -= Math.sign(last.y - before.y || 1) * shorten;
  let path = `M${round(ends[0].x)} ${round(ends[0].y)}`;
  for (let i = 1; i < ends.length; i += 1) {
    const [a, b] = [ends[i - 1], ends[i]];
    const [c, d] = across
      ? [{ x: (a.x + b.x) / 2, y: a.y }, { x: (a.x + b.x) / 2, y: b.y }]
      : [{ x: a.x, y: (a.y + b.y) / 2 }, { x: b.x, y: (a.y + b.y) / 2 }];
    path += `C${[c, d, b].map((p) => `${round(p.x)} ${round(p.y)}`).join(" ")}`;
  }
  return path;
}

export function round(number) {
  return Math.round(number * 10) / 10;
}
