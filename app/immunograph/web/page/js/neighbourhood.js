// What stands around one entity, as a map that can be moved: what acts on it left, what it acts on
// right. Places are computed, not simulated, so a thousand neighbours stand as soon as one does.

import cytoscape from "../vendor/cytoscape-3.34.4/cytoscape.js";
import { glyph, weightOf } from "./diagram.js";
import { s } from "./dom.js";
import { round, widthOf, wrap } from "./layout.js";
import { denied, family } from "./words.js";

const ROW = 14; // pixels between two nodes of a column
const LANE = 20; // the same where a line to the next column passes between them
const GUTTER = 46;
const REACH = 130; // from the middle to the first column
const TEXT = 150;
const LINE = 16;
const FEW = 64; // neighbours up to which lines are routed between the nodes, and kinds have signs
const TWINS = 7; // pixels between two lines that join the same two
const GLYPH = 15;
const NARROW = 560; // pixels of a box in which what acts on it stands above, what it acts on below
const EDGE = 24;
const LARGEST = 1.15; // times the size of the page's own text
const LOWEST = 240; // pixels of the box
const HIGHEST = 640;

/**
 * Draw statements around an entity into a box. `onStep` and `onEntity` are called with ids.
 * Gives what the view needs: zoom, fit, picture, png, destroy.
 */
export function drawNeighbourhood(box, { entity, statements, onStep, onEntity }) {
  const twins = twinsOf(statements);
  const narrow = box.clientWidth < NARROW;
  const nodes = placed(entity, statements, { narrow });
  const few = nodes.length <= FEW;
  box.style.height = `${heightOf(nodes)}px`;
  const cy = cytoscape({
    container: box,
    elements: [
      ...nodes.map((node) => ({
        group: "nodes",
        data: { ...node, label: node.lines.join("\n"), kin: family(node.kind) ?? "process", sign: few && family(node.kind) ? family(node.kind) : null },
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
          ...twins.get(one.id),
          way: wayOf(one),
          loose: one.status === "hypothesised",
        },
      })),
    ],
    layout: { name: "preset", fit: false },
    style: looks(),
    minZoom: 0.05,
    maxZoom: 3,
    boxSelectionEnabled: false,
    userZoomingEnabled: false,
    textureOnViewport: nodes.length > 400,
    pixelRatio: "auto",
  });
  if (few) {
    cy.batch(() => cy.edges().forEach(route));
    cy.on("position", "node", (event) => cy.batch(() => event.target.connectedEdges().forEach(route)));
  }
  // The wheel scrolls the page until the map is taken hold of.
  box.addEventListener("pointerdown", () => cy.userZoomingEnabled(true));
  box.addEventListener("pointerleave", () => cy.userZoomingEnabled(false));
  cy.on("tap", "node", (event) => onEntity(event.target.id()));
  cy.on("tap", "edge", (event) => onStep(event.target.data("statement")));
  cy.on("mouseover", "node, edge", () => box.classList.add("pointing"));
  cy.on("mouseout", "node, edge", () => box.classList.remove("pointing"));
  const fit = () => cy.viewport(viewOf(cy.nodes().map((node) => ({ ...node.data(), ...node.position() })), box));
  // Where all of it would be too small to read, the beginning is shown, and the rest can be moved to.
  if (narrow && few) {
    const { left, right } = frameOf(nodes);
    const zoom = Math.min(1, box.clientWidth / (right - left + 2 * EDGE));
    cy.viewport({ zoom, pan: { x: box.clientWidth / 2 - (zoom * (left + right)) / 2, y: box.clientHeight / 2 } });
  } else {
    fit();
  }
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
function placed(entity, statements, { narrow }) {
  const sides = { left: new Map(), right: new Map() };
  for (const one of statements) {
    const acts = one.subject.id === entity.id;
    const other = acts ? one.object : one.subject;
    if (other.id === entity.id) continue;
    const side = sides.left.has(other.id) || (!acts && !sides.right.has(other.id)) ? "left" : "right";
    if (!sides[side].has(other.id)) sides[side].set(other.id, { entity: other, signs: new Set() });
    sides[side].get(other.id).signs.add(denied(one) ? 0 : one.sign);
  }
  const middle = { ...shape(entity, 170, 14), x: 0, y: 0, middle: true };
  const found = [middle];
  for (const [side, members] of Object.entries(sides)) {
    // Those of one sign stand together, the promoting ones on top; the most believed first.
    const group = ({ signs }) => (signs.has(1) ? (signs.has(-1) ? 1 : 0) : signs.has(-1) ? 2 : 3);
    const ordered = [...members.values()].sort((a, b) => group(a) - group(b));
    const nodes = ordered.map((one) => shape(one.entity, TEXT));
    const way = side === "left" ? -1 : 1;
    if (narrow && statements.length <= FEW) found.push(...stacked(nodes, way, middle));
    else found.push(...(nodes.length <= FEW / 2 ? interleaved : columns)(nodes, way, middle.width / 2));
  }
  return found;
}

/** How far nodes reach. */
function frameOf(nodes) {
  return {
    left: Math.min(...nodes.map((node) => node.x - node.width / 2)),
    right: Math.max(...nodes.map((node) => node.x + node.width / 2)),
    top: Math.min(...nodes.map((node) => node.y - node.height / 2)),
    bottom: Math.max(...nodes.map((node) => node.y + node.height / 2)),
  };
}

/** How high the box must be for these nodes, within limits. */
function heightOf(nodes) {
  const { top, bottom } = frameOf(nodes);
  return Math.round(Math.min(HIGHEST, Math.max(LOWEST, bottom - top + 2 * EDGE)));
}

/** The zoom and the place of the origin at which all nodes are seen. */
function viewOf(nodes, box) {
  const { left, right, top, bottom } = frameOf(nodes);
  const [width, height] = [box.clientWidth, box.clientHeight];
  const zoom = Math.min(LARGEST, (width - 2 * EDGE) / (right - left), (height - 2 * EDGE) / (bottom - top));
  return { zoom, pan: { x: (width - zoom * (left + right)) / 2, y: (height - zoom * (top + bottom)) / 2 } };
}

/** One column right of the middle: above it what acts on it, below it what it acts on. */
function stacked(nodes, way, middle) {
  let next = middle.height / 2 + ROW;
  for (const node of nodes) {
    node.y = way * (next + node.height / 2);
    node.x = middle.width / 2 + REACH / 2 + node.width / 2;
    next += node.height + ROW;
  }
  return nodes;
}

/** How a statement acts: what a line's colour and end show. */
function wayOf(statement) {
  if (denied(statement)) return "denied";
  return statement.sign > 0 ? "promotes" : statement.sign < 0 ? "inhibits" : "structural";
}

function shape(entity, most, size = 12.5) {
  const lines = wrap(entity.name, most);
  return {
    id: entity.id,
    name: entity.name,
    kind: entity.kind,
    lines,
    width: Math.ceil(Math.max(...lines.map((line) => widthOf(line, { size })))) + 24 + (family(entity.kind) ? GLYPH : 0),
    height: lines.length * LINE + 12,
  };
}

/** One column, or two of which the far one stands in the gaps of the near one. */
function interleaved(nodes, way, inner) {
  const two = nodes.length > 12;
  const near = nodes.filter((_, number) => !two || number % 2 === 0);
  const edge = inner + REACH;
  const far = edge + Math.max(0, ...near.map((node) => node.width)) + GUTTER;
  let top = 0;
  let farTop = 0;
  nodes.forEach((node, number) => {
    if (!two || number % 2 === 0) {
      node.y = top + node.height / 2;
      node.x = way * (edge + node.width / 2);
      top += node.height + (two ? LANE : ROW);
    } else {
      node.y = Math.max(top - LANE / 2, farTop + node.height / 2);
      node.x = way * (far + node.width / 2);
      farTop = node.y + node.height / 2 + ROW;
      top = node.y + LANE / 2;
    }
  });
  const middle = (Math.max(top - LANE, farTop - ROW)) / 2;
  for (const node of nodes) node.y -= middle;
  return nodes;
}

/** Columns on one side, the first nearest; each bends a little round the middle. */
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

// --- lines between few nodes -----------------------------------------------------------------

/** Of each statement, whether others join the same two entities, and how far aside its line runs. */
function twinsOf(statements) {
  const pairs = Map.groupBy(statements, (one) => [one.subject.id, one.object.id].sort().join("\n"));
  const found = new Map();
  for (const alike of pairs.values()) {
    alike.forEach((one, number) => found.set(one.id, { alone: alike.length === 1, aside: (number - (alike.length - 1) / 2) * TWINS }));
  }
  return found;
}

/** The course of a line: level out of one node and level into the other, bent close to the middle one. */
function courseOf(edge) {
  const [from, to] = [edge.source(), edge.target()];
  const [a, b] = [from.position(), to.position()];
  const aside = edge.data("aside");
  const way = Math.sign(b.x - a.x) || 1;
  const start = { x: a.x + (way * from.data("width")) / 2, y: a.y + (from.data("middle") ? 0 : aside) };
  const end = { x: b.x - (way * to.data("width")) / 2, y: b.y + (to.data("middle") ? 0 : aside) };
  const room = Math.min(Math.abs(end.x - start.x), REACH);
  // Fans open at the entity in the middle, and lie level before the first column is reached.
  const [near, clear] = [room * 0.55 * way, room * 0.85 * way];
  const bends = to.data("middle")
    ? [{ x: end.x - clear, y: start.y }, { x: end.x - near, y: start.y }, { x: end.x - near, y: end.y }]
    : [{ x: start.x + near, y: start.y }, { x: start.x + near, y: end.y }, { x: start.x + clear, y: end.y }];
  return { start, bends, end };
}

/** The same as a path of SVG: quadratic curves that meet half-way between the bends. */
function pathOf({ start, bends, end }) {
  const parts = bends.map((bend, place) => {
    const next = bends[place + 1];
    const to = next ? { x: (bend.x + next.x) / 2, y: (bend.y + next.y) / 2 } : end;
    return `Q${round(bend.x)} ${round(bend.y)} ${round(to.x)} ${round(to.y)}`;
  });
  return `M${round(start.x)} ${round(start.y)}${parts.join("")}`;
}

/** Tell the library the course of a line: its ends, and where it bends, by the straight between them. */
function route(edge) {
  if (edge.isLoop()) return;
  const { start, bends, end } = courseOf(edge);
  const [dx, dy] = [end.x - start.x, end.y - start.y];
  const length = Math.hypot(dx, dy) || 1;
  const weightOfPoint = (p) => ((p.x - start.x) * dx + (p.y - start.y) * dy) / length ** 2;
  const distanceOfPoint = (p) => ((p.y - start.y) * dx - (p.x - start.x) * dy) / length;
  const [from, to] = [edge.source().position(), edge.target().position()];
  edge.data({
    weights: bends.map(weightOfPoint),
    distances: bends.map(distanceOfPoint),
    out: `${start.x - from.x}px ${start.y - from.y}px`,
    into: `${end.x - to.x}px ${end.y - to.y}px`,
  });
}

/** The sign of a family as an image, in its colour. */
function imageOf(kin, colour) {
  const shape = glyph(kin, 8, 8);
  for (const one of shape.children) {
    const solid = one.classList.contains("solid") || one.classList.contains("core");
    one.setAttribute("fill", solid ? colour : "none");
    one.setAttribute("stroke", colour);
    one.setAttribute("stroke-width", "1.6");
    if (one.classList.contains("dashed")) one.setAttribute("stroke-dasharray", "2.4 2");
  }
  const picture = s("svg", { xmlns: "http://www.w3.org/2000/svg", width: 16, height: 16, viewBox: "0 0 16 16" }, shape);
  return `data:image/svg+xml;utf8,${encodeURIComponent(picture.outerHTML)}`;
}

function looks() {
  const css = getComputedStyle(document.documentElement);
  const colour = (name) => css.getPropertyValue(`--${name}`).trim();
  const font = getComputedStyle(document.body).fontFamily;
  const kins = ["cell", "molecule", "drug", "structure", "process"].flatMap((kin) => [
    { selector: `node[kin = "${kin}"]`, style: { "border-color": colour(kin) } },
    { selector: `node[sign = "${kin}"]`, style: { "background-image": imageOf(kin, colour(kin)) } },
  ]);
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
    {
      selector: "node[?sign]",
      style: {
        "background-width": 16,
        "background-height": 16,
        "background-position-x": 7,
        "background-position-y": "50%",
        "background-fit": "none",
        "text-margin-x": GLYPH / 2,
      },
    },
    { selector: "node[?middle]", style: { "border-width": 3, "font-size": 14 } },
    {
      selector: "edge",
      style: {
        width: "data(weight)",
        "curve-style": "straight",
        "line-color": colour("strong"),
        "target-arrow-color": colour("strong"),
        "target-arrow-shape": "none",
        "arrow-scale": 0.9,
        "overlay-opacity": 0,
        "overlay-padding": 6,
      },
    },
    { selector: "edge[!alone]", style: { "curve-style": "bezier" } },
    {
      selector: "edge[weights]",
      style: {
        "curve-style": "unbundled-bezier",
        "edge-distances": "endpoints",
        "control-point-weights": "data(weights)",
        "control-point-distances": "data(distances)",
        "source-endpoint": "data(out)",
        "target-endpoint": "data(into)",
      },
    },
    { selector: 'edge[way = "promotes"]', style: { "line-color": colour("promotes"), "target-arrow-color": colour("promotes"), "target-arrow-shape": "triangle" } },
    { selector: 'edge[way = "inhibits"]', style: { "line-color": colour("inhibits"), "target-arrow-color": colour("inhibits"), "target-arrow-shape": "tee" } },
    { selector: 'edge[way = "structural"]', style: { "line-style": "dotted", "target-arrow-shape": "vee", width: 1.6 } },
    { selector: 'edge[way = "denied"]', style: { "line-style": "dotted", "target-arrow-shape": "circle", "target-arrow-fill": "hollow", width: 1.2 } },
    { selector: "edge[?loose]", style: { "line-style": "dashed", "line-dash-pattern": [4, 4] } },
    { selector: "edge.selected", style: { "overlay-opacity": 0.18, "overlay-color": colour("focus") } },
    { selector: "edge:active, node:active", style: { "overlay-opacity": 0.1, "overlay-color": colour("focus") } },
  ];
}

const HEADS = {
  promotes: () => s("path", { class: "head", d: "M1 0l-9 -5v10Z" }),
  inhibits: () => s("path", { class: "bar", d: "M0 -7v14" }),
  structural: () => s("path", { class: "chevron", d: "M-6 -4l6 4l-6 4" }),
  denied: () => s("circle", { class: "none-seen", cx: -4, r: 3.6 }),
};

/** The map as it stands now, as an SVG with the classes of our diagrams. */
function pictureOf(cy) {
  const frame = cy.elements().boundingBox();
  const edges = cy.edges().map((edge) => {
    const [from, to] = [edge.sourceEndpoint(), edge.targetEndpoint()];
    const data = edge.data();
    const middle = edge.midpoint();
    const routed = data.weights ? courseOf(edge) : null;
    const simple = `M${round(from.x)} ${round(from.y)}Q${round(2 * middle.x - (from.x + to.x) / 2)} ${round(2 * middle.y - (from.y + to.y) / 2)} ${round(to.x)} ${round(to.y)}`;
    const d = edge.isLoop() ? "" : routed ? pathOf(routed) : simple;
    const before = routed ? routed.bends.at(-1) : middle;
    const angle = (Math.atan2(to.y - before.y, to.x - before.x) * 180) / Math.PI;
    const head = HEADS[data.way]();
    return s("g", { class: `step ${data.way}${data.loose ? " hypothesised" : ""}` },
      s("path", { class: "line", d, "stroke-width": ["structural", "denied"].includes(data.way) ? 1.6 : round(data.weight) }),
      head && s("g", { transform: `translate(${round(to.x)} ${round(to.y)}) rotate(${round(angle)})` }, head));
  });
  const nodes = cy.nodes().map((node) => {
    const { x, y } = node.position();
    const { width, height, lines, kin, sign } = node.data();
    const first = y - ((lines.length - 1) * LINE) / 2 + 4.5;
    return s("g", { class: `node ${kin}` },
      s("rect", { class: "shape", x: round(x - width / 2), y: round(y - height / 2), width, height, rx: 14 }),
      sign && glyph(sign, x - width / 2 + 15, y),
      lines.map((line, number) => s("text", { class: "name", x: round(x + (sign ? GLYPH / 2 : 0)), y: round(first + number * LINE), "text-anchor": "middle" }, line)));
  });
  return s("svg", { class: "diagram", viewBox: `${round(frame.x1)} ${round(frame.y1)} ${round(frame.w)} ${round(frame.h)}` }, ...edges, ...nodes);
}
