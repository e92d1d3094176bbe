// *How does X affect Y?*: the answer as a sentence, the picture, the paths, and the evidence.

import { add, FILTERS, link, pick, set, to } from "../address.js";
import { ask, graphCard } from "../api.js";
import { chainOf, chainsOf } from "../chain.js";
import { chips, valuesOf } from "../chips.js";
import { CYPHER } from "../cypher.js";
import { badgesOf, draw, ranges, stepsOf } from "../diagram.js";
import { h, listed, put } from "../dom.js";
import { evidencePanel } from "../evidence.js";
import { cutNotice, elsewhere, problemCard, reportLink, summaryOf, table, twin } from "../frame.js";
import { keyOf, legend } from "../legend.js";
import { behind, firstOf, namesOf, referenceList } from "../papers.js";
import { captionOf } from "../picture.js";
import { address, CHOOSING, pathsAsked, pathsUnchosen, segment } from "../questions.js";
import { sentenceForm } from "../sentence.js";
import { stage } from "../stage.js";
import { startTour } from "../tour.js";
import { balance, verdictTag } from "../verdict.js";
import { watchButton } from "../watching.js";
import { belief, count, say, verbOf } from "../words.js";

const WIDE = "(min-width: 720px)";
const MOST_NET = 4;
const READABLE = 0.55; // of its size: a picture that shrinks further is drawn with the chosen path alone
const SMALLEST = 0.78; // a picture that had to shrink further takes the whole width of the page
const WIDEST = 1560; // pixels of the page, and of its margins, as the stylesheet has them
const MARGINS = 56;
const BESIDE = 320 + 20 + 46; // pixels that the list beside the picture, and margins, take

export function key(state) {
  return pathsAsked(state).toString();
}

export async function show(state, { signal, go }) {
  const asked = pathsAsked(state);
  const [answer, graph] = await Promise.all([ask("paths", asked, { signal }), graphCard()]);
  return new PathsView({ state, asked, answer, graph, signal, go }).open();
}

class PathsView {
  constructor(given) {
    Object.assign(this, given);
    this.source = names(this.answer.question.source);
    this.target = names(this.answer.question.target);
    this.question = `How does ${this.source} affect ${this.target}?`;
    this.ends = [...this.answer.question.source, ...this.answer.question.target].map((one) => one.id);
    this.net = [];
    this.papers = namesOf(this.answer.references);
    this.wide = matchMedia(WIDE);
  }

  open() {
    const { answer, state, go } = this;
    this.figure = h("figure", { class: "drawing" });
    this.list = h("section", { class: this.answer.paths.length > 3 ? "card many" : "card", "aria-label": "Paths" });
    this.evidence = h("div", { class: "evidence-place" });
    this.breaks = h("section", { class: "card", hidden: true });
    this.changed = h("div", {});
    const left = new Map(answer.question.without.map((one) => [one.id, one.name]));
    // What is left out may stand in the address under any of its names.
    state.getAll("without").forEach((value, place) => {
      if (!left.has(value) && answer.question.without.length === state.getAll("without").length) {
        const match = answer.question.without.find((one) => one.name.toLowerCase() === value.toLowerCase());
        left.set(value, match?.name ?? value);
      }
    });
    const node = h(
      "div",
      { class: "paths" },
      h("h1", { class: "vh", tabindex: -1 }, this.question),
      sentenceForm({ source: answer.question.source[0].name, target: answer.question.target[0].name, go }),
      chips(state, { go, names: left, ends: answer.question, values: valuesOf(answer.evidence) }),
      (this.grid = h(
        "div",
        { class: "grid" },
        h(
          "div",
          { class: "column" },
          h("section", { class: "card answer", "aria-label": "Answer" },
            h("div", { class: "verdict" },
              h("div", {}, summaryOf(answer.summary), h("p", { class: "tags" }, verdictTag(answer.verdict))),
              balance(answer, this.papers)),
            answer.cut_by !== "limit" && cutNotice(answer),
            this.figure,
            answer.paths.length === 0 && this.none(),
            answer.paths.length > 0 && twin("The same as a table", () => this.table()),
          ),
          this.changed,
          this.evidence,
        ),
        h("aside", { class: "side" }, answer.paths.length > 0 && this.list, this.breaks, this.mind()),
        referenceList(answer.references, { path: "paths", parameters: this.asked, formats: this.graph?.reference_formats }),
      )),
      elsewhere({
        json: address("paths", this.asked),
        file: `paths ${this.source} to ${this.target}`.replaceAll(/[^\w-]+/g, "-").slice(0, 80),
        cypher: answer.paths.length ? CYPHER.steps(stepsOf(answer.paths).map(({ step }) => step.statement)) : CYPHER.between(answer.question.source[0].id, answer.question.target[0].id),
        query: { name: "signed-paths", source: answer.question.source[0].id, target: answer.question.target[0].id },
        graph: this.graph,
        snapshot: answer.snapshot,
        picture: answer.paths.length ? () => this.picture() : null,
        said: [
          watchButton({ question: `/${address("paths", this.asked)}`, page: link(this.state), title: this.question, snapshot: answer.snapshot }),
          h("a", { href: to("open", { source: answer.question.source.map((one) => one.id), target: answer.question.target.map((one) => one.id) }) }, "what is open here"),
          h("span", { class: "report" }),
        ],
      }),
    );
    this.node = node;
    this.paint();
    this.fillList();
    this.redraw = () => this.paint();
    this.wide.addEventListener("change", this.redraw);
    this.refit = () => this.fit();
    addEventListener("resize", this.refit);
    return {
      title: this.question,
      summary: answer.summary,
      snapshot: answer.snapshot,
      node,
      drawn: () => {
        if (state.has("step")) this.select(state, { moved: false });
        const rest = this.later();
        if (state.has("tour")) rest.then(() => startTour(node));
      },
      update: (next, { signal, moved }) => this.select(next, { signal, moved }),
      leave: () => {
        this.wide.removeEventListener("change", this.redraw);
        removeEventListener("resize", this.refit);
      },
    };
  }

  /** Whether only some of the evidence was asked for. */
  get isChosen() {
    return CHOOSING.some((name) => this.asked.has(name));
  }

  /** The number of the path that stands out; null where all do. */
  get chosen() {
    const number = Number(this.state.get("path") ?? NaN) - 1;
    return Number.isInteger(number) && this.answer.paths[number] ? number : null;
  }

  get path() {
    return this.answer.paths[this.chosen ?? 0] ?? null;
  }

  /** Show another path or step of the same answer. */
  async select(state, { signal = this.signal, moved }) {
    const before = this.state.get("step");
    const pathBefore = this.state.get("path");
    const focused = document.activeElement?.dataset ?? {};
    const [stepFocused, pathFocused] = [focused.step, focused.path];
    this.state = state;
    this.paint();
    this.fillList();
    if (moved && pathFocused && pathBefore !== state.get("path")) {
      this.list.querySelector(`[data-path="${CSS.escape(pathFocused)}"]`)?.focus({ preventScroll: true });
    } else if (stepFocused) {
      this.figure.querySelector(`[data-step="${CSS.escape(stepFocused)}"]`)?.focus({ preventScroll: true });
    }
    const id = state.get("step");
    if (!id) put(this.evidence);
    else if (id !== before || !this.evidence.firstElementChild) await this.openStep(id, { signal, moved });
  }

  async openStep(id, { signal, moved }) {
    const step = this.answer.paths.flatMap((path) => path.steps).find((one) => one.statement === id);
    const spelledOut = step?.spelled_out ?? [];
    const fresh = await evidencePanel(id, { state: this.state, ends: this.ends, spelledOut, graph: this.graph, signal }).catch((error) => {
      if (error.body && !error.away) return { panel: problemCard(error) };
      throw error;
    });
    const close = h("a", { class: "close", href: link(set(this.state, { step: null })), "aria-label": "Close the evidence" }, "✕");
    fresh.panel.prepend(close);
    put(this.evidence, fresh.panel);
    if (moved) {
      fresh.panel.querySelector("h2, h1")?.focus({ preventScroll: true });
      const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
      fresh.panel.scrollIntoView({ block: "nearest", behavior: calm ? "auto" : "smooth" });
    }
  }

  // --- the picture ---------------------------------------------------------------------------

  paint() {
    if (this.answer.paths.length === 0) return;
    const here = set(this.state, { step: null });
    const drawn = (paths, chosen) => draw(paths, {
      chosen,
      across: this.wide.matches,
      net: this.net,
      papersOf: (step) => behind(step, this.answer.evidence, this.papers),
      hrefOf: {
        step: (step) => link(set(here, { step: step.statement })),
        entity: (id) => to("entity", { entity: id }),
      },
    });
    let found = drawn(this.answer.paths, this.chosen);
    const room = Math.min(innerWidth, WIDEST) - MARGINS;
    const small = found.width * READABLE > room;
    const alone = this.chosen !== null && small;
    if (alone) found = drawn([this.path], null);
    const { picture, width, cuts, single } = found;
    this.drawing = picture;
    const selected = this.state.get("step");
    if (selected) {
      for (const one of picture.querySelectorAll("[data-step]")) {
        one.classList.toggle("selected", one.dataset.step === selected);
      }
    }
    this.width = width;
    this.fit();
    picture.style.maxWidth = `${Math.round(width * 1.1)}px`;
    const { source, target } = this.answer.question;
    put(this.figure,
      stage(picture, { label: "Diagram", ends: [...source, ...target] }).node,
      alone && h("p", { class: "mut small" }, "Only the chosen path is drawn. ", h("a", { href: link(set(here, { path: null })) }, `Draw all ${this.answer.paths.length}`)),
      small && !alone && h("p", { class: "mut small" }, "Zoom in, or choose a path below to draw it alone."),
      legend(alone ? [this.path] : this.answer.paths, { cuts: cuts.length > 0, net: single && this.net.length > 0 }),
      !single && cutLists(cuts, this.path, { number: (this.chosen ?? 0) + 1 }),
    );
  }

  /** Whether the list stands beside the picture, or below it. */
  fit() {
    const room = Math.min(innerWidth, WIDEST) - MARGINS - BESIDE;
    this.grid.classList.toggle("wide", this.wide.matches && (this.width ?? 0) * SMALLEST > room);
  }

  picture() {
    const [, , width] = this.drawing.getAttribute("viewBox").split(" ").map(Number);
    return {
      svg: this.drawing,
      caption: captionOf(this.question, [this.answer.summary, keyOf(this.answer.paths)], width),
      source: `immunograph, snapshot ${this.answer.snapshot.slice(0, 16)}`,
    };
  }

  /** The same as a table, for those who do not see the picture, and for print. */
  table() {
    const { paths } = this.answer;
    const cuts = this.path.interventions.map((one, number) => [this.path.steps[one.step].statement, number + 1]);
    const rows = stepsOf(paths).map(({ step, paths: taken }) => {
      const weakest = taken.filter((number) => paths[number].steps.length > 1 && paths[number].steps[paths[number].weakest] === step);
      const cutBy = cuts.filter(([statement]) => statement === step.statement).map(([, number]) => number);
      return [
        step.subject.name,
        h("a", { href: link(set(this.state, { step: step.statement })) }, verbOf(step)),
        step.object.name,
        step.sign > 0 ? "+" : step.sign < 0 ? "−" : "structural",
        belief(step.belief),
        behind(step, this.answer.evidence, this.papers).join(", ") || String(step.studies),
        step.human_says,
        ranges(taken.map((number) => number + 1)),
        [...badgesOf(step).map(([, , meaning]) => meaning),
          weakest.length > 0 && "weakest step",
          cutBy.length > 0 && `cut by intervention ${ranges(cutBy)}`].filter(Boolean).join("; "),
      ];
    });
    return table(["subject", "does", "object", "sign", "belief", "papers", "in humans", "on path", "marks"], rows, { label: "Steps of the paths" });
  }

  // --- beside the picture ----------------------------------------------------------------------

  fillList() {
    const { answer } = this;
    if (answer.paths.length === 0) return;
    const here = set(this.state, { path: null, step: null });
    const chains = chainsOf(answer.paths, { withSource: answer.question.source.length > 1 });
    put(this.list,
      h("h2", {}, "Paths, best first ", h("span", { class: "mut" }, answer.complete ? "(complete)" : "(cut)")),
      answer.cut_by === "limit" && cutNotice(answer, {
        more: h("a", { href: link(set(here, { limit: Math.min(100, (answer.question.limit ?? 10) * 5) })) }, "Show more"),
      }),
      h("ol", { class: "pathlist" }, answer.paths.map((path, number) => {
        const on = this.chosen === number;
        return h("li", {},
          h("a", {
            class: `path ${path.effect}${on ? " on" : ""}`,
            href: on ? link(here) : link(set(here, { path: number + 1 })),
            "data-path": number,
            "aria-current": on ? "true" : null,
          },
          h("span", { class: "sign", "aria-hidden": "true" }, path.effect === "promotes" ? "+" : "−"),
          h("span", { class: "via" }, h("span", { class: "vh" }, `${path.effect}: `),
            chains[number]),
          h("span", { class: "number" }, belief(path.belief))),
          h("p", { class: "mut small" }, listedDots([
            count(path.steps.length, "step"),
            h("span", { class: ["unknown", "contradicted"].includes(path.human) ? "warn" : "" }, path.human_says),
            path.stitched && h("span", { title: "Put together from contexts that never met" }, "stitched"),
            path.hypothesised > 0 && `${path.hypothesised} hypothesised`,
            path.steps.length > 1 && h("a", { href: link(set(here, { path: number + 1, step: path.steps[path.weakest].statement })) }, `weakest step ${belief(path.steps[path.weakest].belief)}`),
            sharedOf(path),
            firstOf([...new Set(path.steps.flatMap((step) => behind(step, answer.evidence, this.papers)))]),
          ])),
          unfolded(path, here));
      })));
    const report = this.node.querySelector(".report");
    if (report && this.path) {
      put(report, reportLink({
        graph: this.graph,
        snapshot: answer.snapshot,
        about: `${this.source} ${this.path.effect} ${this.target}`,
        ids: this.path.steps.map((step) => step.statement),
      }));
    }
  }

  /** Cautions, what human applicability rests on, and notes. */
  mind() {
    const { paths } = this.answer;
    const cautions = new Map();
    for (const path of paths) for (const one of path.cautions) cautions.set(one.says, one);
    const notes = new Map();
    for (const path of paths.slice(0, 3)) for (const one of path.notes) notes.set(one.statement, one);
    if (cautions.size + notes.size === 0) return null;
    return h("section", { class: "card mind" },
      cautions.size > 0 && h("h2", {}, "Mind"),
      [...cautions.values()].map((one) =>
        h("p", {}, one.human === "unknown" && h("strong", { class: "warn" }, "Unknown in humans. "), one.says)),
      notes.size > 0 && h("details", {}, h("summary", {}, `Also known (${notes.size})`),
        h("ul", { class: "plainlist" }, [...notes.values()].slice(0, 12).map((one) =>
          h("li", {}, h("a", { href: to("statement", { id: one.statement }) }, one.name),
            h("span", { class: "mut" }, ` · ${say(one.class)}`))))));
  }

  /** That what is left of the evidence does not do, and what was left of it. */
  left() {
    const out = this.answer.question.without.map((one) => one.name);
    const human = this.asked.getAll("study_system").join() === "human";
    if (out.length > 0) return ["Without ", listed(out), ", nothing that is left connects the two."];
    return human ? "Nothing that was seen in humans connects the two." : "What these filters leave does not connect the two.";
  }

  /** Why there is no path, and where there is one. */
  none() {
    const { answer, state } = this;
    const known = answer.question;
    const reverse = link(set(state, { source: known.target.map((e) => e.id), target: known.source.map((e) => e.id), path: null, step: null }));
    const why = {
      only_hypothesised: "Only hypotheses connect the two.",
      only_through_association: "An association has no direction, so it is never a step of a path.",
      only_through_abstract: "What holds for one member of a class need not hold for another, so a class is never a bridge.",
      only_unstated: "Evidence that does not state a value never passes a filter for it.",
      no_path: "Nothing that is loaded connects the two within this many steps.",
    };
    return h("div", { class: "none" },
      h("p", {}, answer.reason === "no_path" && this.isChosen ? this.left() : (why[answer.reason] ?? "")),
      answer.through.length > 0 && h("p", {}, "In question: ", listed(answer.through.map((one) =>
        h("a", { href: one.id.includes(":") && !one.id.startsWith("statement:") ? to("entity", { entity: one.id }) : to("statement", { id: one.id.replace("statement:", "") }) }, one.name))), "."),
      answer.see_also.length > 0 && h("div", {}, h("p", {}, "It has an answer for:"),
        h("ul", { class: "plainlist" }, answer.see_also.map((one) =>
          h("li", {}, h("a", { href: link(set(state, { source: one.source.id, target: one.target.id, path: null, step: null })) },
            `How does ${one.source.name} affect ${one.target.name}?`))))),
      h("p", { class: "actions" },
        h("a", { class: "button", href: reverse }, "ask the other way round"),
        state.get("hypothesised") !== "true" && h("a", { class: "button", href: link(set(state, { hypothesised: "true" })) }, "also take hypotheses"),
        known.source.slice(0, 1).map((one) => h("a", { class: "button", href: to("entity", { entity: one.id }) }, `what ${one.name} does`)),
        known.target.slice(0, 1).map((one) => h("a", { class: "button", href: to("entity", { entity: one.id }) }, `what acts on ${one.name}`))));
  }

  // --- what comes after the first picture ------------------------------------------------------

  async later() {
    const quiet = (promise) => promise.catch(() => null);
    await Promise.all([quiet(this.findBreaks()), quiet(this.findChange()), quiet(this.findNet())]);
  }

  async findNet() {
    if (this.answer.paths.length !== 1) return;
    const ids = this.answer.paths[0].net.slice(0, MOST_NET);
    this.net = await Promise.all(ids.map((id) => ask(`statements/${segment(id)}`, {}, { signal: this.signal })));
    if (this.net.length) this.paint();
  }

  async findBreaks() {
    if (this.answer.paths.length === 0) return;
    const found = await ask("blockers", set(this.asked, { limit: null, hypothesised: null }), { signal: this.signal });
    const out = set(this.state, { path: null, step: null });
    this.breaks.hidden = false;
    put(this.breaks,
      h("h2", {}, "What breaks every path"),
      found.sets.length > 0 && h("p", { class: "mut small" }, "Each alone leaves no path; tested: an experiment has acted on it."),
      found.sets.length === 0 && h("p", { class: "mut" }, found.summary ?? "Nothing that is known."),
      found.cut_by && h("p", { class: "cutnote" }, "The search was ended early; there may be more."),
      h("ul", { class: "breaks" }, found.sets.slice(0, 12).map((one) => {
        const tested = one.interventions.filter((i) => i.status === "tested");
        const word = tested.length ? "tested" : one.interventions.length ? say(one.interventions[0].status) : "no intervention";
        let without = out;
        for (const entity of one.entities) without = add(without, "without", entity.id);
        return h("li", {},
          h("span", {}, listed(one.entities.map((entity) => h("a", { class: "quiet", href: to("entity", { entity: entity.id }) }, entity.name))),
            h("span", { class: `small ${tested.length ? "inhibits" : "mut"}`, title: one.interventions.map((i) => i.label).join("; ") || null }, ` ${word}`)),
          h("a", { class: "button small", href: link(without), "aria-label": `knock out ${names(one.entities)}` }, "knock out"));
      })),
      found.sets.length > 12 && h("p", { class: "mut" }, `and ${found.sets.length - 12} more in the JSON`));
  }

  /** What the filters and what is left out have changed: paths that fell, and statements. */
  async findChange() {
    const { answer, state } = this;
    if (!this.isChosen) return;
    const before = await ask("paths", pathsUnchosen(state), { signal: this.signal });
    const whole = link(set(state, Object.fromEntries(["path", "step", ...CHOOSING].map((name) => [name, null]))));
    const now = new Set(answer.paths.map((path) => path.steps.map((step) => step.statement).join()));
    const lost = before.paths.filter((path) => !now.has(path.steps.map((step) => step.statement).join()));
    const gone = new Set(answer.question.without.map((one) => one.id));
    const place = h("section", { class: "card changed", "aria-labelledby": "changed" },
      h("h2", { id: "changed" }, "What changed"),
      h("p", {}, lost.length === 0 ? "No path shown before is lost. " : `${count(lost.length, "path")} of ${before.paths.length} shown before ${lost.length === 1 ? "is" : "are"} lost. `,
        h("span", { class: "mut" }, "Before: ", before.summary.split(". ")[0], ". "),
        h("a", { href: whole }, "Put everything back")));
    put(this.changed, place);
    if (lost.length > 0) {
      const { picture, width } = draw(lost.map((path) => ({ ...path, interventions: [] })), {
        across: this.wide.matches,
        hrefOf: {
          step: (step) => to("statement", { id: step.statement }),
          entity: (id) => to("entity", { entity: id }),
        },
      });
      picture.classList.add("fallen");
      picture.setAttribute("aria-label", `The paths that are lost: ${lost.map((path) => [path.steps[0].subject.name, ...path.steps.map((step) => step.object.name)].join(", ")).join("; ")}`);
      for (const node of picture.querySelectorAll("[data-entity]")) node.classList.toggle("gone", gone.has(node.dataset.entity));
      picture.style.minWidth = `${Math.round(width * 0.6)}px`;
      picture.style.maxWidth = `${Math.round(width * 0.9)}px`;
      place.append(h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Diagram of the paths that are lost" }, picture));
    }
    if (!state.has("without")) return;
    const asked = pick(state, ["without", "source", "target", ...FILTERS, "min_belief"]);
    const impact = await ask("impact", asked, { signal: this.signal });
    const order = (one) => (one.class === "causal" ? 0 : 1);
    const changes = [...impact.statements].sort((a, b) => order(a) - order(b) || (b.before ?? 0) - (a.before ?? 0));
    place.append(
      h("p", {}, impact.summary),
      h("details", { class: "twin" }, h("summary", {}, `Statements that change (${changes.length})`),
        table(["statement", "class", "before", "after"], changes.slice(0, 200).map((one) => [
          h("a", { href: to("statement", { id: one.id }) }, one.name ?? one.id), say(one.class ?? ""), belief(one.before), one.after === null ? "gone" : belief(one.after),
        ]), { label: "Statements that change" })));
  }
}

// --- words -------------------------------------------------------------------------------------

function names(entities) {
  return entities.map((one) => one.name).join(" or ");
}

/** The interventions on a path: those measured at its end first, those never measured there folded. */
function cutLists(cuts, path, { number }) {
  if (cuts.length === 0) return null;
  const target = path.steps.at(-1).object.name;
  const measured = cuts.filter((cut) => cut.observed !== "not measured");
  const others = cuts.filter((cut) => cut.observed === "not measured");
  const list = (some, label) => h("ol", { class: "cutlist", "aria-label": label }, some.map((cut) =>
    h("li", { value: cut.number },
      h("b", { class: cut.change > 0 ? "promotes" : null }, cut.name),
      h("span", { class: "mut" }, ` · ${seen(cut, target)}`))));
  return h("div", { class: "cuts" },
    h("h2", {}, `Interventions on path ${number}`),
    measured.length > 0 ? list(measured, `Measured at ${target}`) : h("p", { class: "mut small" }, `None was measured at ${target}.`),
    others.length > 0 && h("details", { class: "twin" },
      h("summary", {}, `${others.length} more, not measured at ${target}`), list(others, `Not measured at ${target}`)));
}

function seen(cut, target) {
  const when = cut.condition && !cut.name.includes(cut.condition) ? `${cut.condition} · ` : "";
  return `${when}${say(cut.status)}${cut.observed === "not measured" ? "" : ` · ${target} ${cut.observed}`}`;
}

/** What spells out the net statements of a path, folded. */
function unfolded(path, here) {
  const nets = path.steps.filter((step) => step.spelled_out.length > 0);
  if (nets.length === 0) return null;
  return h("details", { class: "twin unfold" }, h("summary", {}, "spelled out"),
    nets.map((step) => h("p", { class: "small" },
      h("a", { href: link(set(here, { step: step.statement })) }, `${step.subject.name} ${verbOf(step)} ${step.object.name}`), ": ",
      h("span", {}, step.spelled_out[0].subject.name, " "), chainOf({ steps: step.spelled_out }))));
}

/** What all steps state in common of species, disease and site. */
function sharedOf(path) {
  const values = path.shared_contexts
    .filter((one) => ["species", "disease", "site"].includes(one.dimension))
    .map((one) => say(one.value));
  return path.steps.length > 1 && values.length > 0 && `all in ${values.join(", ")}`;
}

function listedDots(children) {
  return children.filter(Boolean).flatMap((child, place) => (place ? [" · ", child] : [child]));
}
