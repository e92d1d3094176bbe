// The evidence behind one statement: what was said, by whom, in what, how far it carries.

import { add, link, set, to } from "./address.js";
import { ask } from "./api.js";
import { chainOf } from "./chain.js";
import { CYPHER } from "./cypher.js";
import { h } from "./dom.js";
import { elsewhere, reportLink } from "./frame.js";
import { identifiers, nameOf, namesOf, referenceList } from "./papers.js";
import { address, segment } from "./questions.js";
import { reckoningOf } from "./reckoning.js";
import { belief, count, denied, say, verbOf } from "./words.js";

/**
 * The panel of one statement. `state` is the question it belongs to, for what can be done with it;
 * null where it stands alone. `ends` are ids that cannot be knocked out: they are what is asked.
 * `spelledOut` are the steps that spell out a net statement, where they are known.
 */
export async function evidencePanel(id, { state = null, ends = [], spelledOut = [], graph, signal, level = "h2" }) {
  const card = await ask(`statements/${segment(id)}`, {}, { signal });
  const papers = new Map(card.references.map((paper) => [paper.study, paper]));
  const names = namesOf(card.references);
  const against = card.evidence.filter((one) => one.role === "refutes");
  const others = card.evidence.filter((one) => one.role !== "refutes");
  const panel = h(
    "section",
    { class: "card evidence", "aria-labelledby": `evidence-${id}` },
    h(level, { id: `evidence-${id}`, tabindex: -1, class: "statement" },
      named(card.subject), ` ${verbOf(card)} `, named(card.object)),
    h("p", { class: "facts" }, facts(card)),
    strata(card),
    reckoningOf(card, names),
    spelledOut.length > 0 && h("p", { class: "spelled" }, h("span", { class: "mut" }, "Spelled out: "),
      spelledOut[0].subject.name, " ", chainOf({ steps: spelledOut }, { hrefOf: (step) => to("statement", { id: step.statement }) })),
    actions(card, { state, ends, names }),
    card.conflicts.length > 0 && conflictsOf(card),
    h("ul", { class: "passages" }, others.map((one) => passage(one, { state, papers, about: card }))),
    against.length > 0 && h("h3", {}, "Against it"),
    against.length > 0 && h("ul", { class: "passages" }, against.map((one) => passage(one, { state, papers, about: card }))),
    card.interventions.length > 0 && interventionsOf(card, names),
    card.cautions.length > 0 && h("h3", {}, "Mind"),
    card.cautions.length > 0 && h("ul", { class: "plainlist" }, card.cautions.map((one) =>
      h("li", {}, one.says, one.human === "unknown" && h("span", { class: "warn" }, " (unknown in humans)")))),
    level === "h1" && referenceList(card.references, { path: `statements/${segment(id)}`, parameters: {}, formats: graph?.reference_formats }),
    elsewhere({
      json: address(`statements/${segment(id)}`),
      file: `statement-${id}`,
      cypher: CYPHER.statement(id),
      query: { name: "evidence-of-a-step", subject: card.subject.id, object: card.object.id },
      graph,
      snapshot: card.snapshot,
      said: reportLink({ graph, snapshot: card.snapshot, about: card.name, ids: [id] }),
    }),
  );
  return { panel, card };
}

function named(entity) {
  return h("a", { href: to("entity", { entity: entity.id }), class: "quiet" }, entity.name);
}

function facts(card) {
  const word = denied(card) ? ["no effect, or none known", "mut"] : card.sign > 0 ? ["promotes", "promotes"] : card.sign < 0 ? ["inhibits", "inhibits"] : ["no sign", "mut"];
  return [
    h("span", { class: `tag ${word[1]}` }, word[0]),
    h("span", { class: "tag strong" }, `belief ${belief(card.belief)}`),
    h("span", { class: "tag" }, count(card.studies, "independent study", "independent studies")),
    h("span", { class: "tag" }, say(card.status)),
    card.class !== "causal" && h("span", { class: "tag" }, say(card.class)),
    card.net && h("span", { class: "tag", title: "It sums up a longer chain that its study spells out, and falls with it." }, "net"),
    card.press_only && h("span", { class: "tag warn" }, "press only"),
    card.human && h("span", { class: `tag ${["unknown", "contradicted"].includes(card.human) ? "warn" : ""}` }, card.human_says),
    card.conflict > 0 && h("span", { class: "tag warn" }, `conflict ${belief(card.conflict)}`),
  ];
}

function strata(card) {
  if (card.strata.length < 2) return null;
  return h("p", { class: "mut small" }, "By system, never pooled: ",
    card.strata.map((one) => `${say(one.stratum.replaceAll("|", ", "))} ${belief(one.belief)} (${count(one.studies, "study", "studies")})`).join(" · "));
}

function actions(card, { state, ends, names }) {
  if (state === null) return null;
  const out = set(state, { step: null, path: null });
  const buttons = [card.subject, card.object]
    .filter((entity) => !ends.includes(entity.id))
    .map((entity) => h("a", { class: "button", href: link(add(out, "without", entity.id)) }, `knock out ${entity.name}`));
  buttons.push(h("a", { class: "button", href: link(add(out, "without", `statement:${card.id}`)) }, "leave out this step"));
  const studies = [...new Set(card.evidence.filter((e) => e.role === "supports" && e.study).map((e) => e.study))];
  for (const study of studies.slice(0, 3)) {
    buttons.push(h("a", { class: "button", href: link(add(out, "without", `study:${study}`)) },
      studies.length === 1 ? "retract this study" : `retract ${nameOf(study, names)}`));
  }
  if (!state.getAll("study_system").includes("human")) {
    buttons.push(h("a", { class: "button", href: link(set(out, { study_system: ["human"] })) }, "only in humans"));
  }
  return h("p", { class: "actions" }, buttons);
}

/**
 * A passage: what it says in our words, what it rests on, who says so and where. `papers` are the
 * references by study, `about` the statement, whose names are marked in the abstract.
 */
export function passage(one, { state = null, papers = new Map(), about = null } = {}) {
  const paper = papers.get(one.study);
  const context = ["study_system", "species", "site", "disease", "cell_state", "host_state", "treatment", "stage", "phase"]
    .flatMap((name) => one[name] ?? []).concat(one.in_cell.map((cell) => `in ${cell.name}`));
  const free = [one.dose, one.time, one.condition].filter(Boolean);
  const tags = [
    say(one.role),
    say(one.basis),
    say(one.directness),
    one.hedged ? ["hedged", "warn"] : "not hedged",
    one.derived && "derived from an intervention",
    one.no_change && "no change seen",
    !one.checked && ["not read in the source itself: counts half", "warn"],
    one.review && ["for review", "warn"],
    one.human_unknown && ["unknown in humans", "warn"],
    ...context.map(say),
    ...free,
  ].filter(Boolean);
  return h(
    "li",
    {},
    h("p", { class: "says" }, one.says),
    one.passage && h("blockquote", {}, h("p", {}, one.passage), h("footer", {}, "the passage itself; its hash matches")),
    h("p", { class: "tags" }, tags.map((tag) => {
      const [text, kind] = [tag].flat();
      return h("span", { class: `tag ${kind ?? ""}` }, text);
    })),
    h("p", { class: "source" },
      one.study && [h("a", { href: to("study", { id: one.study }) }, paper?.citation ?? nameOf(one.study, new Map())), " · "],
      paper ? identifiers(paper).concat(" · ") : one.doi && [identifiers(one), " · "],
      h("a", { href: to("source", { id: one.source.id }), title: one.source.title }, say(one.source.tier)),
      !one.study && ` · ${one.source.title}`,
      one.voice && ` · voice: ${one.voice}`,
      one.retracted && h("strong", { class: "warn" }, ` · retracted: ${one.retracted}`)),
    locatorOf(one, about),
    one.note && h("p", { class: "note" }, one.note),
    !one.study && state && h("p", { class: "actions" },
      h("a", { class: "button", href: link(add(set(state, { step: null, path: null }), "without", `source:${one.source.id}`)) },
        "leave out this source")),
  );
}

/** Where a passage stands: characters of a document, or a sentence of a text that others hold. */
function locatorOf(one, about) {
  const { locator } = one;
  if (!locator) return h("p", { class: "locator" }, "no passage: the text is not at hand");
  const hash = locator.sha256 ?? locator.sentence;
  const pmid = /^pubmed:(\d+)$/.exec(locator.document)?.[1];
  const document = pmid
    ? h("a", { href: `https://pubmed.ncbi.nlm.nih.gov/${pmid}/${fragmentOf(one.passage, about)}`, rel: "noopener" },
        one.passage ? "the abstract, at this sentence ↗" : "the abstract, with both names marked ↗")
    : "the document";
  return h("p", { class: "locator" },
    locator.sha256 ? `characters ${locator.start}–${locator.end} of ` : "one sentence of ", document,
    h("span", { class: "mono", title: `SHA-256 of the passage, by which it is checked: ${hash}` }, ` #${hash.slice(0, 8)}`));
}

/** A text fragment: to the sentence where its words are at hand, else to the names it is about. */
function fragmentOf(passage, about) {
  const words = passage?.trim().split(/\s+/) ?? [];
  const coded = (text) => encodeURIComponent(text).replaceAll("-", "%2D");
  if (words.length > 8) return `#:~:text=${coded(words.slice(0, 4).join(" "))},${coded(words.slice(-4).join(" "))}`;
  if (words.length > 0) return `#:~:text=${coded(passage.trim())}`;
  return about ? `#:~:${[about.subject, about.object].map(({ name }) => `text=${coded(name)}`).join("&")}` : "";
}

function conflictsOf(card) {
  return h("div", { class: "against" },
    h("h3", {}, "What contradicts it"),
    h("ul", { class: "plainlist" }, card.conflicts.map((one) => {
      const other = one.statements[0] === card.id ? 1 : 0;
      return h("li", {},
        h("a", { href: to("conflict", { id: one.id }) }, one.names[other]),
        one.resolved_by ? `: told apart by ${say(one.resolved_by)}.` : ": not resolved.");
    })));
}

function interventionsOf(card, names) {
  return h("div", {},
    h("h3", {}, "Interventions"),
    h("ul", { class: "plainlist" }, card.interventions.map((one) =>
      h("li", {},
        h("a", { href: to("interventions", { entity: one.target.id }) }, one.name),
        one.study && h("span", { class: "mut" }, ` (${nameOf(one.study, names)})`),
        h("span", { class: "mut" }, ` · ${say(one.status)} · `,
          one.outcomes.map((o) => `${o.on.name}: ${o.seen}`).join("; ") || "no outcome stated")))));
}
