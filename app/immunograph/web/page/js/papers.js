// The papers behind an answer: author and year where a line has little room, and all of it in a list.

import { ask, Problem } from "./api.js";
import { h, put } from "./dom.js";
import { announce, copyButton } from "./notice.js";
import { address, PATIENCE } from "./questions.js";
import { count } from "./words.js";

/** A paper as people speak of it: *Kowanetz 2010*; its title where no author is known. */
export function shortName(paper) {
  const author = paper.authors?.[0];
  return author ? [author, paper.year].filter(Boolean).join(" ") : (paper.citation ?? paper.title ?? paper.study);
}

/** The short name of each study among some references, by its id. */
export function namesOf(references = []) {
  return new Map(references.map((paper) => [paper.study, shortName(paper)]));
}

/** The short name of a study: that of its paper among `names`, else what its id says of it. */
export function nameOf(study, names) {
  const [, author, year] = /^([a-z-]+)-(\d{4})[a-z]?$/.exec(study) ?? [];
  const spelled = author && `${author.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase())} ${year}`;
  return names.get(study) ?? spelled ?? study;
}

/** The short names of the studies that support a step, each once, in the order of its evidence. */
export function behind(step, evidence, names) {
  const found = new Set();
  for (const id of step.evidence) {
    const one = evidence[id];
    if (one?.study && one.role === "supports") found.add(nameOf(one.study, names));
  }
  return [...found];
}

/** Names where there is room for one: *Qian 2011 +2*. */
export function firstOf(names) {
  return names.length > 1 ? `${names[0]} +${names.length - 1}` : (names[0] ?? "");
}

/** A DOI and a PMID as links. */
export function identifiers({ doi, pmid }) {
  return [
    doi && h("a", { href: `https://doi.org/${doi}`, rel: "noopener" }, `doi:${doi}`),
    pmid && h("a", { href: `https://pubmed.ncbi.nlm.nih.gov/${pmid}/`, rel: "noopener" }, `PMID ${pmid}`),
  ].filter(Boolean).flatMap((one, place) => (place ? [" · ", one] : [one]));
}

/** A paper as a line of text, as one pastes it into a manuscript. */
export function asText(paper) {
  return [
    paper.citation ?? shortName(paper),
    paper.title && `${paper.title}.`,
    paper.doi && `doi:${paper.doi}`,
    paper.pmid && `PMID ${paper.pmid}`,
  ].filter(Boolean).join(". ").replaceAll("..", ".");
}

/**
 * The references of an answer in the order of first use. `path` and `parameters` are the question,
 * of which the service gives the same papers in the formats of reference managers.
 */
export function referenceList(references, { path, parameters, formats = [], level = "h2" }) {
  if (references.length === 0) return null;
  return h("section", { class: "card references", "aria-label": "References" },
    h(level, {}, "References ", h("span", { class: "mut" }, `(${count(references.length, "paper")}, in the order of first use)`)),
    h("p", { class: "actions tightly" },
      copyButton(() => references.map((paper, number) => `${number + 1}. ${asText(paper)}`).join("\n"), "copy as text"),
      formats.filter((one) => one.name !== "csl").map((one) => copyFetched(addressOf(path, parameters, one), `copy as ${one.title}`)),
      formats.map((one) => h("a", { href: addressOf(path, parameters, one), download: "" }, `${one.title} file`))),
    h("ol", { class: "reflist" }, references.map((paper) =>
      h("li", {},
        h("a", { class: "quiet", href: `?view=study&id=${encodeURIComponent(paper.study)}` }, paper.citation ?? shortName(paper)),
        paper.retracted && h("strong", { class: "warn" }, ` · retracted: ${paper.retracted}`),
        h("span", { class: "mut" }, paper.title ? ` ${paper.title}` : ""), " ",
        h("span", { class: "small" }, identifiers(paper))))));
}

function addressOf(path, parameters, format) {
  const asked = address(path, parameters);
  return `${asked}${asked.includes("?") ? "&" : "?"}references=${encodeURIComponent(format.name)}`;
}

/** A button that fetches a text of the service and copies it. */
function copyFetched(where, label) {
  const button = h("button", { type: "button", class: "plain" }, label);
  button.addEventListener("click", async () => {
    try {
      const reply = await fetch(where, { signal: AbortSignal.timeout(PATIENCE) });
      if (!reply.ok) throw new Problem({ title: "The papers could not be had", status: reply.status });
      await navigator.clipboard.writeText(await reply.text());
      put(button, "copied");
    } catch (error) {
      put(button, error instanceof Problem ? "not to be had now" : "not allowed here");
    }
    announce(button.textContent);
    setTimeout(() => put(button, label), 1600);
  });
  return button;
}
