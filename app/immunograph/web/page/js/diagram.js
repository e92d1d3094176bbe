// Signed paths as one layered picture: source left, target right (top and bottom where narrow).
// A sign is told by shape and by colour, belief by weight, doubt by dashes, and each step is a link
// to its evidence.

import { s } from "./dom.js";
import { curve, place, round, widthOf, wrap } from "./layout.js";
import { firstOf } from "./papers.js";
import { belief, count, family, say, verbOf } from "./words.js";

const NODE_TEXT = { short: 150, long: 96 }; // widest line in a node, in pixels
const LONG = 5; // steps from which names are broken early, so that the whole path is seen
const LINE = 17;
const BOX_TEXT = 168;
const BADGE = 14;
const PAPER = { size: 11, weight: 400 };
const MOST_BOXES = 6;
const MOST_PAPERS = 12; // steps up to which the papers stand on the lines

/** The weight of a line, in pixels, for a belief. */
export function weightOf(value) {
  return 1.4 + 3.8 * value;
}

/** The marks that a step carries, worst first: [letter, class, meaning]. */
export function badgesOf(step) {
  const found = [];
  if (step.conflict > 0) {
    found.push(["!", "conflict", "in an unresolved conflict"]);
  } else if (step.conflicts.length > 0) {
    found.push(["!", "settled", "contradicted, and told apart by context"]);
  }
  if (step.hypothesised) found.push(["?", "guess", "only hypothesised"]);
  if (step.sign !== 0 && step.studies === 1) found.push(["1", "single", "rests on a single study"]);
  if (step.press_only) found.push(["P", "press", "press only: no paper behind it is loaded"]);
  return found;
}

/** A step in words, as screen readers say it. */
export function stepInWords(step) {
  const marks = badgesOf(step).map(([, , meaning]) => meaning);
  const sign = step.sign > 0 ? "promotes" : step.sign < 0 ? "inhibits" : "structural";
  return [
    `${step.subject.name} ${verbOf(step)} ${step.object.name}`,
    sign,
    `belief ${belief(step.belief)}`,
    count(step.studies, "study", "studies"),
    ...marks,
  ].join(", ");
}

/** All different steps of some paths, each with the numbers of the paths that take it. */
export function stepsOf(paths) {
  const found = new Map();
  paths.forEach((path, number) => {
    for (const step of path.steps) {
      if (!found.has(step.statement)) found.set(step.statement, { step, paths: [], loose: true });
      const taken = found.get(step.statement);
      taken.paths.push(number);
      taken.loose &&= path.stitched;
    }
  });
  return [...found.values()];
}

/**
 * Draw paths. `chosen` is the number of the one that stands out, or null; `across` false draws
 * from top to bottom; `hrefOf` gives the link of a step and of an entity; `net` are the net
 * statements of the shown path; `papersOf` gives the names of the papers behind a step. The picture
 * knows its own size.
 */
export function draw(paths, { chosen = null, across = true, hrefOf, net = [], papersOf = () => [] }) {
  const steps = stepsOf(paths).map((one) => ({ ...one, papers: papersOf(one.step) }));
  const written = steps.length <= MOST_PAPERS;
  const shown = paths[chosen ?? 0];
  const cuts = cutsOf(shown);
  const long = paths.some((path) => path.steps.length > LONG);
  const nodes = nodesOf(steps, long ? NODE_TEXT.long : NODE_TEXT.short);
  const cutsOn = (id) => cuts.filter((cut) => cut.statement === id);
  const edges = steps.map((one) => edgeOf(one, across, cutsOn(one.step.statement), written));
  const placed = place(nodes, edges, { across });
  const single = across && new Set([...placed.nodes.values()].map((n) => Math.round(n.y))).size === 1;
  const arcs = single ? arcsOf(net, placed) : { parts: [], height: 0 };
  const boxes = single ? boxesOf(cuts, placed, shown) : { parts: [], height: 0, width: 0 };
  const width = Math.max(placed.width, boxes.width);
  const height = placed.height + arcs.height + boxes.height;
  const inShown = (numbers) => chosen === null || numbers.includes(chosen);
  const parts = [
    ...arcs.parts,
    ...boxes.lines ?? [],
    ...placed.edges.map((edge) =>
      edgeShape(edge, { across, href: hrefOf.step(edge.step), dim: !inShown(edge.paths), paths: paths.length }),
    ),
    ...[...placed.nodes.values()].map((node) =>
      nodeShape(node, { href: hrefOf.entity(node.id), dim: !inShown(node.paths) }),
    ),
    // What is written stands above all lines.
    ...placed.edges.map((edge) => labelShape(edge, { across, single, dim: !inShown(edge.paths) })),
    ...placed.edges.map((edge) => cutShape(edge, { across, single })),
    ...boxes.parts,
  ];
  const picture = s(
    "svg",
    {
      class: "diagram",
      viewBox: `0 ${round(-arcs.height)} ${round(width)} ${round(height)}`,
      width: round(width),
      height: round(height),
      role: "group",
      "aria-label": `Diagram of ${count(paths.length, "path")}; the table below it says the same.`,
    },
    ...parts,
  );
  return { picture, width, height, cuts, single };
}

/** The interventions on a path, numbered, with the statement of the step where each cuts. */
export function cutsOf(path) {
  return path.interventions.map((one, number) => ({
    ...one,
    name: one.label,
    number: number + 1,
    statement: path.steps[one.step].statement,
  }));
}

// --- parts -----------------------------------------------------------------------------------

function nodesOf(steps, most) {
  const found = new Map();
  const touch = (entity, side, numbers) => {
    if (!found.has(entity.id)) {
      found.set(entity.id, { ...entity, ins: 0, outs: 0, paths: [] });
    }
    const node = found.get(entity.id);
    node[side] += 1;
    node.paths.push(...numbers);
  };
  for (const { step, paths } of steps) {
    touch(step.subject, "outs", paths);
    touch(step.object, "ins", paths);
  }
  return [...found.values()].map((node) => {
    const lines = wrap(node.name, most);
    const glyph = node.kind ? 16 : 0;
    const text = Math.max(...lines.map((line) => widthOf(line)));
    return {
      ...node,
      lines,
      glyph,
      width: Math.ceil(text + glyph + 22),
      height: Math.max(lines.length * LINE + 16, Math.max(node.ins, node.outs) * 15 + 12),
    };
  });
}

function edgeOf({ step, paths, loose, papers }, across, cuts, written) {
  const paper = written ? firstOf(papers) : "";
  const paperWidth = paper ? Math.ceil(widthOf(paper, PAPER)) + 8 : 0;
  const marks = badgesOf(step).length;
  const numbers = cuts.length ? ranges(cuts.map((cut) => cut.number)) : "";
  const pill = cuts.length ? Math.ceil(widthOf(numbers, { size: 11 })) + 10 : 0;
  return {
    id: step.statement,
    from: step.subject.id,
    to: step.object.id,
    step,
    paths,
    loose,
    cuts,
    papers,
    paper,
    numbers,
    pill,
    labelWidth: across ? Math.max(32, marks * (BADGE + 2) + 4, cuts.length && pill + 16, paperWidth) : Math.max(84, 2 * paperWidth),
    labelHeight: (across ? 34 : cuts.length ? 52 : 30) + (paper ? 14 : 0),
    weight: Math.max(1, 6 - paths[0]),
  };
}

function edgeShape(edge, { across, href, dim, paths }) {
  const { step } = edge;
  const weight = weightOf(step.belief);
  const sign = step.sign > 0 ? "promotes" : step.sign < 0 ? "inhibits" : "structural";
  const head = 7 + weight;
  const dashed = step.hypothesised ? " hypothesised" : edge.loose ? " stitched" : "";
  const words = [stepInWords(step), ...edge.papers].join(", ") + (paths > 1 ? `, on path ${edge.paths.map((n) => n + 1).join(", ")}` : "");
  return s(
    "a",
    { href, class: `step ${sign}${dashed}${dim ? " dim" : ""}`, "data-step": edge.id },
    s("title", {}, words),
    s("path", { class: "hit", d: curve(edge.through, { across }) }),
    s("path", {
      class: "line",
      d: curve(edge.through, { across, shorten: sign === "promotes" ? head - 1 : sign === "inhibits" ? 3 : 6 }),
      "stroke-width": round(weight),
    }),
    headShape(edge, { across, sign, head, weight }),
  );
}

function headShape(edge, { across, sign, head, weight }) {
  const tip = edge.end;
  const before = edge.through.at(-2);
  const way = Math.sign(across ? tip.x - before.x : tip.y - before.y) || 1;
  // Along the edge by a, beside it by b.
  const point = (a, b) =>
    across ? `${round(tip.x - way * a)} ${round(tip.y + b)}` : `${round(tip.x + b)} ${round(tip.y - way * a)}`;
  const half = 4 + weight * 0.75;
  if (sign === "promotes") {
    return s("path", { class: "head", d: `M${point(0, 0)}L${point(head, -half)}L${point(head, half)}Z` });
  }
  if (sign === "inhibits") {
    return s("path", { class: "bar", d: `M${point(2.5, -half - 3)}L${point(2.5, half + 3)}` });
  }
  return s("path", { class: "chevron", d: `M${point(7, -4)}L${point(1, 0)}L${point(7, 4)}` });
}

function labelShape(edge, { across, single, dim }) {
  const { step } = edge;
  const marks = badgesOf(step);
  const cut = edge.cuts.length > 0;
  const { x, y } = edge.label;
  // A cut stands on the line, and what is written beside it makes room; in a row it has its own place.
  const apart = cut && !single ? 4 : 0;
  const aside = cut && single ? 9 : 0;
  const width = marks.length * (BADGE + 2) - 2;
  const value = belief(step.belief);
  const parts = [
    s("text", across
      ? { class: "belief", x: round(x + aside), y: round(y - 8 - apart), "text-anchor": "middle" }
      : { class: "belief", x: round(x + 12), y: round(y + 4 + (cut ? 14 : 0)) }, value),
  ];
  marks.forEach(([letter, kind, meaning], number) => {
    const left = across ? x + aside - width / 2 + number * (BADGE + 2) : x - 14 - (number + 1) * (BADGE + 2);
    const top = across ? y + 8 + apart : y - BADGE / 2 + (cut ? 14 : 0);
    parts.push(badgeShape({ left, top, letter, kind, meaning }));
  });
  if (edge.paper) {
    const below = marks.length > 0 ? 34 : 19;
    parts.push(s("text", across
      ? { class: "paper", x: round(x + aside), y: round(y + below + apart), "text-anchor": "middle" }
      : { class: "paper", x: round(x + 12), y: round(y + 19 + (cut ? 14 : 0)) }, edge.paper));
  }
  return s("g", { class: `label${dim ? " dim" : ""}`, "aria-hidden": "true" }, ...parts);
}

/** One badge: a square for press, a diamond for a conflict, a circle for the others. */
export function badgeShape({ left, top, letter, kind, meaning }) {
  const half = BADGE / 2;
  const middle = { x: left + half, y: top + half };
  const outline = kind === "press"
    ? s("rect", { x: round(left), y: round(top), width: BADGE, height: BADGE, rx: 3 })
    : kind === "conflict" || kind === "settled"
      ? s("path", { d: `M${round(middle.x)} ${round(top - 1)}l${half + 1} ${half + 1}l${-half - 1} ${half + 1}l${-half - 1} ${-half - 1}Z` })
      : s("circle", { cx: round(middle.x), cy: round(middle.y), r: half });
  return s(
    "g",
    { class: `badge ${kind}` },
    s("title", {}, meaning),
    outline,
    s("text", { x: round(middle.x), y: round(middle.y + 3.6), "text-anchor": "middle" }, letter),
  );
}

function nodeShape(node, { href, dim }) {
  const left = node.x - node.width / 2;
  const top = node.y - node.height / 2;
  const kin = family(node.kind);
  const first = node.y - ((node.lines.length - 1) * LINE) / 2 + 4.5;
  const middle = node.x + node.glyph / 2;
  return s(
    "a",
    { href, class: `node ${kin ?? ""}${dim ? " dim" : ""}`, "data-entity": node.id },
    s("title", {}, node.name),
    s("rect", { class: "shape", x: round(left), y: round(top), width: node.width, height: node.height, rx: Math.min(17, node.height / 2) }),
    kin ? glyph(kin, left + 15, node.y) : null,
    ...node.lines.map((line, number) =>
      s("text", { class: "name", x: round(middle), y: round(first + number * LINE), "text-anchor": "middle" }, line),
    ),
  );
}

/** The sign of a family of kinds, so that colour is never alone. */
export function glyph(kin, x, y) {
  const shapes = {
    cell: () => [s("circle", { cx: x, cy: y, r: 5.2 }), s("circle", { class: "core", cx: x, cy: y, r: 2 })],
    molecule: () => [s("path", { class: "solid", d: `M${x - 5} ${y}l2.5 -4.4h5l2.5 4.4l-2.5 4.4h-5Z` })],
    drug: () => [s("path", { class: "solid", d: `M${x} ${y - 5.6}l5.6 5.6l-5.6 5.6l-5.6 -5.6Z` })],
    structure: () => [s("circle", { class: "dashed", cx: x, cy: y, r: 4.8 })],
    process: () => [s("rect", { x: x - 4.5, y: y - 4.5, width: 9, height: 9, rx: 2 })],
  };
  return s("g", { class: `glyph ${kin}` }, ...(shapes[kin]?.() ?? []));
}

// --- what cuts, and what spans ---------------------------------------------------------------

/** Numbers as people write them: 1–3, 5. */
export function ranges(numbers) {
  const runs = [];
  for (const number of numbers) {
    const last = runs.at(-1);
    if (last && last[1] === number - 1) last[1] = number;
    else runs.push([number, number]);
  }
  return runs.map(([a, b]) => (a === b ? `${a}` : b === a + 1 ? `${a}, ${b}` : `${a}–${b}`)).join(", ");
}

/** Where interventions cut a step: two bars across the line, or a plus, and their numbers. */
function cutShape(edge, { across, single }) {
  const { cuts, pill } = edge;
  if (cuts.length === 0) return null;
  const adds = cuts.every((cut) => cut.change > 0);
  const names = cuts.map((cut) => `${cut.name}, ${say(cut.status)}`).join("; ");
  const title = s("title", {}, `${adds ? "Raised" : "Cut"} by ${names}`);
  const { x, y } = single ? cutPoint(edge) : { x: edge.label.x, y: edge.label.y - (across ? 0 : 12) };
  const signX = round(across && !single ? x - pill / 2 - 2 : x);
  const signY = round(across ? y : y - 12);
  const sign = adds
    ? s("path", { class: "raise", d: `M${signX} ${round(signY - 5)}v10M${round(signX - 5)} ${signY}h10` })
    : s("path", { class: "cutbar", d: across
      ? `M${round(signX - 2)} ${round(signY - 8)}v16M${round(signX + 2)} ${round(signY - 8)}v16`
      : `M${round(signX - 8)} ${round(signY - 2)}h16M${round(signX - 8)} ${round(signY + 2)}h16` });
  if (single) return s("g", { class: "cut" }, title, sign);
  const middle = across ? x + 6 : x;
  return s("g", { class: `cut${adds ? " adds" : ""}` }, title, sign,
    s("rect", { class: "pill", x: round(middle - pill / 2), y: round(y - 8), width: pill, height: 16, rx: 8 }),
    s("text", { class: "cutnumber", x: round(middle), y: round(y + 4), "text-anchor": "middle" }, edge.numbers));
}

/** Where a box hangs below a row: just behind the beginning of the step. */
function cutPoint(edge) {
  return { x: edge.start.x + 12, y: edge.start.y };
}

function boxesOf(cuts, placed, path) {
  const shown = cuts.slice(0, MOST_BOXES);
  if (shown.length === 0) return { parts: [], lines: [], height: 0, width: 0 };
  const target = path.steps.at(-1).object.name;
  const boxes = shown.map((cut) => boxOf(cut, placed, target)).sort((a, b) => a.x - b.x);
  const rows = [];
  const total = Math.max(placed.width, ...boxes.map((box) => box.width + 20));
  for (const box of boxes) {
    const left = Math.min(Math.max(10, box.x - box.width / 2), total - box.width - 10);
    let row = 0;
    while ((rows[row] ?? []).some((other) => left < other.left + other.width + 12 && other.left < left + box.width + 12)) row += 1;
    (rows[row] ??= []).push(Object.assign(box, { left, row }));
  }
  const heights = rows.map((row) => Math.max(...row.map((box) => box.height)));
  const above = (row) => heights.slice(0, row).reduce((sum, height) => sum + height + 12, placed.height + 14);
  const lines = boxes.map((box) =>
    s("path", { class: "cutline", d: `M${round(box.x)} ${round(box.y + 8)}V${round(above(box.row))}` }),
  );
  const parts = boxes.map((box) => boxShape(box, above(box.row)));
  return { parts, lines, height: above(rows.length) - placed.height, width: total };
}

function boxOf(cut, placed, target) {
  const edge = placed.edges.find((one) => one.id === cut.statement);
  const point = cutPoint(edge);
  const name = wrap(cut.name, BOX_TEXT, { size: 12 });
  const seen = cut.status === "tested" && cut.observed !== "not measured"
    ? `${say(cut.status)} · ${target} ${cut.observed}`
    : `${say(cut.status)} · ${cut.observed}`;
  const below = wrap(seen, BOX_TEXT, { size: 11.5, weight: 400 });
  const width = Math.max(
    ...name.map((line) => widthOf(line, { size: 12 })),
    ...below.map((line) => widthOf(line, { size: 11.5, weight: 400 })),
  ) + 24;
  return { ...point, cut, name, below, width, height: (name.length + below.length) * 15 + 14 };
}

function boxShape(box, top) {
  const middle = box.left + box.width / 2;
  const lines = [...box.name.map((line) => ["cutname", line]), ...box.below.map((line) => ["cutseen", line])];
  return s(
    "g",
    { class: `cutbox ${box.cut.status}` },
    s("rect", { x: round(box.left), y: round(top), width: round(box.width), height: box.height, rx: 8 }),
    ...lines.map(([kind, line], number) =>
      s("text", { class: kind, x: round(middle), y: round(top + 19 + number * 15), "text-anchor": "middle" }, line),
    ),
  );
}

/** Net statements as arcs above the row that they span. */
function arcsOf(net, placed) {
  let height = 0;
  const found = net.flatMap((one) => {
    const [from, to] = [placed.nodes.get(one.subject.id), placed.nodes.get(one.object.id)];
    if (!from || !to) return [];
    const rise = Math.min(110, 30 + Math.abs(to.x - from.x) * 0.09);
    const [a, b] = [from.y - from.height / 2, to.y - to.height / 2];
    const top = Math.min(a, b) - rise;
    height = Math.max(height, rise * 0.75 + 30 - Math.min(a, b));
    const label = `net: ${one.subject.name} ${verbOf(one)} ${one.object.name} · ${belief(one.belief)}`;
    return [[
      s("path", { d: `M${round(from.x)} ${round(a - 3)}C${round(from.x)} ${round(top - 8)} ${round(to.x)} ${round(top - 8)} ${round(to.x)} ${round(b - 3)}` }),
      s("text", { x: round((from.x + to.x) / 2), y: round(top + rise * 0.25 - 12), "text-anchor": "middle" }, label),
    ]];
  });
  // All arcs first, so that none runs through a text.
  const parts = found.length ? [s("g", { class: "net" }, ...found.map(([arc]) => arc), ...found.map(([, text]) => text))] : [];
  return { parts, height: Math.max(0, height) };
}
