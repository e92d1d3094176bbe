// What stands around one entity, as a map that can be moved: what acts on it left, what it acts on
// right. Places are computed, not simulated, so a thousand neighbours stand as soon as one does.

import cytoscape from "../vendor/cytoscape-3.34.4/cytoscape.js";
import { weightOf } from "./diagram.js";
import { s } from "./dom.js";
import { round, widthOf, wrap } from "./layout.js";
import { family } from "./words.js";

const ROW = 14; // pixels between two nodes of a column
const GUTTER = 60;
const REACH = 150; // from the middle to the first column
const TEXT = 150;
const LINE = 16;

/**
 * Draw statements around an entity into a box. `onStep` and `onEntity` are called with ids.
 * Gives what the view needs: zoom, fit, picture, png, destroy.
 */
export function drawNeighbourhood(box, { entity, statements, kindOf, onStep, onEntity }) {
  const nodes = placed(entity, statements, kindOf);
  const cy = cytoscape({
    container: box,
    elements: [
      ...nodes.map((node) => ({
        group: "nodes",
        data: { ...node, label: node.lines.join("\n"), kin: family(node.kind) ?? "process" },
        position: { x: node.x, y: node.y },
      })),
      ...statements.map((one) => ({
        group: "edges",
        data: {
          id: `s:${one.id}`,
          statement: one.id,
          source: one.subject.id,
          target: one.object.id,
          weight: weightOf(one.belief),
          sign: one.status === "hypothesised" ? "hypothesised" : one.sign > 0 ? "promotes" : one.sign < 0 ? "inhibits" : "structural",
          way: one.sign < 0 ? "inhibits" : "promotes",
        },
      })),
    ],
    layout: { name: "preset" },
    style: looks(),
    minZoom: 0.05,
    maxZoom: 3,
    boxSelectionEnabled: false,
    userZoomingEnabled: false,
    textureOnViewport: nodes.length > 400,
    pixelRatio: "auto",
  });
  // The wheel scrolls the page until the map is taken hold of.
  box.addEventListener("pointerdown", () => cy.userZoomingEnabled(true));
  box.addEventListener("pointerleave", () => cy.userZoomingEnabled(false));
  cy.on("tap", "node", (event) => onEntity(event.target.id()));
  cy.on("tap", "edge", (event) => onStep(event.target.data("statement")));
  cy.on("mouseover", "node, edge", () => box.classList.add("pointing"));
  cy.on("mouseout", "node, edge", () => box.classList.remove("pointing"));
  const fit = () => {
    cy.fit(undefined, 24);
    if (cy.zoom() > 1.15) {
      cy.zoom(1.15);
      cy.center();
    }
  };
  fit();
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  const recolour = () => cy.style(looks());
  scheme.addEventListener("change", recolour);
  return {
    cy,
    fit,
    zoom: (factor) => cy.zoom({ level: cy.zoom() * factor, renderedPosition: { x: box.clientWidth / 2, y: box.clientHeight / 2 } }),
    select: (id) => {
      cy.elements().removeClass("selected");
      if (id) cy.getElementById(`s:${id}`).addClass("selected");
    },
    picture: () => pictureOf(cy),
    destroy: () => {
      scheme.removeEventListener("change", recolour);
      cy.destroy();
    },
  };
}

/** Every entity once, with its place: the asked one in the middle, the others in columns. */
function placed(entity, statements, kindOf) {
  const sides = { left: new Map(), right: new Map() };
  for (const one of statements) {
    const acts = one.subject.id === entity.id;
    const other = acts ? one.object : one.subject;
    if (other.id === entity.id || sides.left.has(other.id) || sides.right.has(other.id)) continue;
    sides[acts ? "right" : "left"].set(other.id, other);
  }
  const middle = { ...shape(entity, kindOf, 170), x: 0, y: 0, middle: true };
  const found = [middle];
  for (const [side, members] of Object.entries(sides)) {
    found.push(...columns([...members.values()].map((one) => shape(one, kindOf, TEXT)), side === "left" ? -1 : 1, middle.width / 2));
  }
  return found;
}

function shape(entity, kindOf, most) {
  const lines = wrap(entity.name, most);
  return {
    id: entity.id,
    name: entity.name,
    kind: entity.kind ?? kindOf(entity.id),
    lines,
    width: Math.ceil(Math.max(...lines.map((line) => widthOf(line, { size: 12.5 })))) + 24,
    height: lines.length * LINE + 12,
  };
}

/** Columns on one side, the first believed nearest; each bends a little round the middle. */
function columns(nodes, way, inner) {
  const most = Math.min(60, Math.max(14, Math.ceil(Math.sqrt(nodes.length * 7))));
  let edge = inner + REACH;
  for (let first = 0; first < nodes.length; first += most) {
    const column = nodes.slice(first, first + most);
    const width = Math.max(...column.map((node) => node.width));
    const height = column.reduce((sum, node) => sum + node.height + ROW, -ROW);
    let top = -height / 2;
    for (const node of column) {
      node.y = top + node.height / 2;
      const bend = height > 200 ? 46 * (node.y / (height / 2)) ** 2 : 0;
      node.x = way * (edge + node.width / 2 - bend);
      top += node.height + ROW;
    }
    edge += width + GUTTER;
  }
  return nodes;
}

function looks() {
  const css = getComputedStyle(document.documentElement);
  const colour = (name) => css.getPropertyValue(`--${name}`).trim();
  const font = getComputedStyle(document.body).fontFamily;
  const kins = ["cell", "molecule", "drug", "structure", "process"].map((kin) => ({
    selector: `node[kin = "${kin}"]`,
    style: { "border-color": colour(kin) },
  }));
  return [
    {
      selector: "node",
      style: {
        shape: "round-rectangle",
        "corner-radius": 14,
        width: "data(width)",
        height: "data(height)",
        label: "data(label)",
        "text-wrap": "wrap",
        "text-valign": "center",
        "text-halign": "center",
        "font-family": font,
        "font-size": 12.5,
        "font-weight": 600,
        "line-height": 1.25,
        "min-zoomed-font-size": 5,
        color: colour("ink"),
        "background-color": colour("card"),
        "border-width": 1.6,
        "overlay-opacity": 0,
      },
    },
    ...kins,
    { selector: "node[?middle]", style: { "border-width": 3, "font-size": 14 } },
    {
      selector: "edge",
      style: {
        width: "data(weight)",
        "curve-style": "bezier",
        "line-color": colour("strong"),
        "target-arrow-color": colour("strong"),
        "target-arrow-shape": "none",
        "arrow-scale": 0.9,
        "overlay-opacity": 0,
        "overlay-padding": 6,
      },
    },
    { selector: 'edge[way = "promotes"]', style: { "line-color": colour("promotes"), "target-arrow-color": colour("promotes"), "target-arrow-shape": "triangle" } },
    { selector: 'edge[way = "inhibits"]', style: { "line-color": colour("inhibits"), "target-arrow-color": colour("inhibits"), "target-arrow-shape": "tee" } },
    { selector: 'edge[sign = "hypothesised"]', style: { "line-style": "dashed", "line-dash-pattern": [4, 4] } },
    {
      selector: 'edge[sign = "structural"]',
      style: { "line-style": "dotted", "line-color": colour("strong"), "target-arrow-color": colour("strong"), "target-arrow-shape": "vee", width: 1.6 },
    },
    { selector: "edge.selected", style: { "overlay-opacity": 0.18, "overlay-color": colour("focus") } },
    { selector: "edge:active, node:active", style: { "overlay-opacity": 0.1, "overlay-color": colour("focus") } },
  ];
}

/** The map as it stands now, as an SVG with the classes of our diagrams. */
function pictureOf(cy) {
  const frame = cy.elements().boundingBox();
  const edges = cy.edges().map((edge) => {
    const [from, to] = [edge.sourceEndpoint(), edge.targetEndpoint()];
    const data = edge.data();
    const middle = edge.midpoint();
    const d = edge.isLoop() ? "" : `M${round(from.x)} ${round(from.y)}Q${round(2 * middle.x - (from.x + to.x) / 2)} ${round(2 * middle.y - (from.y + to.y) / 2)} ${round(to.x)} ${round(to.y)}`;
    const angle = (Math.atan2(to.y - middle.y, to.x - middle.x) * 180) / Math.PI;
    const head = data.sign === "structural"
      ? null
      : data.way === "inhibits"
        ? s("path", { class: "bar", d: "M0 -7v14" })
        : s("path", { class: "head", d: "M1 0l-9 -5v10Z" });
    return s("g", { class: `step ${data.way === "inhibits" ? "inhibits" : "promotes"} ${data.sign}` },
      s("path", { class: "line", d, "stroke-width": round(data.weight) }),
      head && s("g", { transform: `translate(${round(to.x)} ${round(to.y)}) rotate(${round(angle)})` }, head));
  });
  const nodes = cy.nodes().map((node) => {
    const { x, y } = node.position();
    const { width, height, lines, kin } = node.data();
    const first = y - ((lines.length - 1) * LINE) / 2 + 4.5;
    return s("g", { class: `node ${kin}` },
      s("rect", { class: "shape", x: round(x - width / 2), y: round(y - height / 2), width, height, rx: 14 }),
      lines.map((line, number) => s("text", { class: "name", x: round(x), y: round(first + number * LINE), "text-anchor": "middle" }, line)));
  });
  return s("svg", { class: "diagram", viewBox: `${round(frame.x1)} ${round(frame.y1)} ${round(frame.w)} ${round(frame.h)}` }, ...edges, ...nodes);
}
