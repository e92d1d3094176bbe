// How it works: what a path is, what a verdict means, how belief is computed, what the marks say.

import { to } from "../address.js";
import { graphCard } from "../api.js";
import { badgeShape } from "../diagram.js";
import { h, s } from "../dom.js";
import { heading } from "../frame.js";
import { count } from "../words.js";

const VERDICTS = [
  ["determined", "Every path that is known, of any length, has this sign, and no loop beside it may turn it."],
  ["leaning", "Paths of both signs are known. This one is better founded, or believed at least twice as much."],
  ["depends", "Both signs are known, and something that the sources state tells them apart: a state of the cell, a site, a time. The answer says which."],
  ["contested", "Both signs are equally well founded, and nothing that the sources state tells them apart."],
  ["open", "Every known path has one sign, but a reinforcing loop may outweigh it, or not every path could be looked at."],
  ["none", "No path joins the two. The answer says why: only an association, only a class whose members differ, only a hypothesis, or nothing at all."],
];
const MARKS = [
  ["1", "single", "One study alone says so."],
  ["P", "press", "Press only: the paper behind it is not loaded."],
  ["!", "conflict", "Something contradicts it. Amber: nothing tells the two apart; grey: a context does."],
  ["?", "guess", "Only hypothesised; shown where you ask for hypotheses."],
];
const EXAMPLE = { source: "neutrophil", target: "metastasis" };

export function key() {
  return "help";
}

export async function show() {
  const graph = await graphCard();
  const part = (id, title, ...content) => h("section", { class: "card", id }, h("h2", {}, title), content);
  const node = h("div", { class: "stack help" },
    heading("How it works, and how far to trust it",
      "Statements read from papers, each with its sign, its context and its source, joined into chains."),
    h("p", { class: "actions" },
      h("a", { class: "button", href: to("paths", { ...EXAMPLE, tour: "1" }) }, "Take a tour of one answer"),
      h("a", { href: "help" }, "All documentation"),
      h("a", { href: "docs" }, "The interface for programs")),
    part("path", "How a path is found",
      h("p", {}, "A path goes from what you ask about to what you ask for by steps that each say ", h("em", {}, "promotes"), " or ", h("em", {}, "inhibits"), ". Two inhibitions in a row promote: the signs multiply. A few steps have no sign of their own, such as an exosome that carries a protein; they are drawn with dots and change nothing."),
      h("ul", { class: "bulleted" },
        h("li", {}, "Only causes are steps. An association, a result of no effect and a hypothesis never are, but are shown where they bear on the answer."),
        h("li", {}, "A class, such as ", h("em", {}, "cytokine"), ", may begin or end a path and never bridges one: what one member does another need not do."),
        h("li", {}, "Steps join only where they mean the same: fewer tumour cells is not the same as tumour cells that do less; what acts in one cell is not joined to what acts in another."),
        h("li", {}, "Some studies sum up a chain of their own in one sentence. That ", h("em", {}, "net"), " statement is a step as long as the chain stands; unfold it to see the chain."),
        h("li", {}, "A path put together from contexts that never met in one study is ", h("em", {}, "stitched"), ", and drawn with dashes."),
        h("li", {}, "Paths have up to eight steps. They are ranked by belief, which is the product of the beliefs of their steps, and the answer says whether these are all."))),
    part("verdicts", "What a verdict means",
      h("p", {}, "The first word of an answer is not the sign of the longest bar. What was tested from end to end comes before a statement that was only made, that before a chain, and press alone comes last."),
      h("dl", { class: "terms" }, VERDICTS.map(([name, meaning]) => [
        h("dt", { id: `verdict-${name}` }, name), h("dd", {}, meaning)]))),
    part("belief", "How belief is computed",
      h("p", {}, "Each passage has a weight: how reliable its kind of source is, times what it rests on (an experiment that changed something, an observation, an assertion, …), times how directly it says so, less if it hedges, half if nobody read it in the source itself."),
      h("p", { class: "equation" }, "belief = S × (1 − R),   S = 1 − (1 − p₁)(1 − p₂)…"),
      h("p", {}, "S adds up what supports the statement, R what refutes it. One study counts once, however often it is told; independent studies add up. To have looked and seen no change takes away half as much. People, animals and cells in culture are never pooled: the best of them is shown. Press alone never exceeds 0.60."),
      h("p", {}, "The card of every statement shows this with its own numbers, under ", h("em", {}, "How … comes about"), ". The weights are set by experts and were never calibrated: use beliefs to rank, not as probabilities.")),
    part("marks", "The marks",
      h("ul", { class: "marks" }, MARKS.map(([letter, kind, meaning]) => h("li", {},
        s("svg", { class: "diagram sample", width: 18, height: 18, viewBox: "0 0 18 18", "aria-hidden": "true" }, badgeShape({ left: 1.5, top: 1.5, letter, kind, meaning })),
        h("span", {}, meaning)))),
      h("p", {}, "Under each picture stands what its lines mean. Two red bars across a line: an intervention cuts there, and its number leads to the list below.")),
    part("humans", "Does it hold in people?",
      h("p", {}, "Each step says what it was seen in. A path holds in people only as far as its least certain step; ", h("em", {}, "unknown in humans"), " means that a source says so itself. ", h("em", {}, "Only in humans"), " above an answer leaves nothing but studies in people.")),
    part("citing", "To cite, to share, to report",
      h("p", {}, "Below every answer, ", h("em", {}, "copy link"), " and ", h("em", {}, "copy citation"), " name the snapshot of the collection. A link that is opened after the collection has changed says so, and shows what changed. ",
        h("em", {}, "Report a wrong sign or source"), " sends the statement, the snapshot and the address along."),
      graph && h("p", { class: "mut" }, `Now: ${count(graph.studies, "paper")}, ${count(graph.statements, "statement")}, snapshot `, h("span", { class: "mono" }, graph.snapshot.slice(0, 16)), `, ${graph.licence}.`)));
  return { title: "How it works", node, summary: "How it works, and how far to trust it", snapshot: graph?.snapshot };
}
