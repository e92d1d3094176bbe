// How values of the vocabulary read to people.

const WORDS = {
  human_interventional: "human, interventional",
  human_observational: "human, observational",
  mouse_in_vivo: "mouse in vivo",
  animal_in_vivo: "animal in vivo",
  ex_vivo: "ex vivo",
  in_vitro_human: "human cells in vitro",
  in_vitro_mouse: "mouse cells in vitro",
  in_silico: "in silico",
  on_treatment: "on treatment",
  primary_fulltext: "paper, full text",
  primary_abstract: "paper, abstract",
  press_release_doi: "press release with a DOI",
  press_release_named: "press release naming its study",
  press_tertiary: "third-hand press",
  press_untraceable: "press without a traceable source",
  in_use: "in use",
  premetastatic: "pre-metastatic",
};

/** A value of the vocabulary in plain words. */
export function say(value) {
  return WORDS[value] ?? String(value).replaceAll("_", " ");
}

/** A belief; small ones keep two digits that count. */
export function belief(value) {
  if (value === null || value === undefined) return "none";
  if (value === 0) return "0";
  return value >= 0.095 ? value.toFixed(2) : String(Number(value.toPrecision(2)));
}

/** A number with its thousands set apart. */
export function grouped(number) {
  return number < 1000 ? String(number) : number.toLocaleString("en"); // which takes a while at first
}

/** A count with its noun. */
export function count(number, noun, many = `${noun}s`) {
  return `${grouped(number)} ${number === 1 ? noun : many}`;
}

const CELLS = ["Cell", "CellCluster", "Organism"];

/** What a statement does to its object, in words: the verb, and what of the object is changed. */
export function verbOf({ predicate, phrase, aspect, object }) {
  const verb = phrase ?? say(predicate);
  if (!["promotes", "inhibits"].includes(verb)) return verb;
  const up = verb === "promotes";
  switch (aspect) {
    case "amount":
      return `${up ? "raises" : "lowers"} the ${CELLS.includes(object.kind) ? "number" : "amount"} of`;
    case "activity":
      return `${up ? "raises" : "lowers"} the activity of`;
    case "survival":
      return `${up ? "prolongs" : "shortens"} the survival of`;
    case "proliferation":
      return `${up ? "promotes" : "inhibits"} the proliferation of`;
    case "location":
      return `${up ? "promotes" : "inhibits"} the arrival of`;
    default:
      return verb;
  }
}

const DENIED = ["negated", "null_result", "unknown"];

/** Whether a statement says that there is no effect, or none that is known: it has a sign, and no arrow. */
export function denied(statement) {
  return DENIED.includes(statement.status);
}

export const FILTER_NAMES = {
  species: "species",
  study_system: "study system",
  site: "site",
  disease: "disease",
  stage: "stage",
  phase: "phase",
  tier: "kind of source",
  min_belief: "belief of at least",
};

export const FILTER_VALUES = {
  study_system: [
    "human", "animal", "cells", "human_interventional", "human_observational", "mouse_in_vivo",
    "animal_in_vivo", "ex_vivo", "in_vitro_human", "in_vitro_mouse", "in_silico",
  ],
  stage: ["primary", "circulation", "premetastatic", "seeding", "outgrowth", "dormancy"],
  phase: ["on_treatment", "withdrawal"],
  tier: [
    "primary", "press", "primary_fulltext", "primary_abstract", "preprint", "review", "dataset",
    "curator", "press_release_doi", "press_release_named", "press_tertiary", "press_untraceable",
  ],
};

/** Every tier that is not press: what is left when press is left out. */
export const NOT_PRESS = ["primary", "preprint", "review", "dataset", "curator"];

const FAMILIES = {
  Cell: "cell", CellCluster: "cell", Organism: "cell",
  Protein: "molecule", Molecule: "molecule", Gene: "molecule", Complex: "molecule",
  Drug: "drug", Treatment: "drug",
  CellularStructure: "structure", AnatomicalEntity: "structure", AnatomicalSystem: "structure",
};

export const FAMILY_NAMES = {
  cell: "cell",
  molecule: "molecule",
  drug: "drug or treatment",
  structure: "structure",
  process: "process or outcome",
};

/** The family of a kind of entity, which gives it its colour and shape; null where unknown. */
export function family(kind) {
  return kind ? (FAMILIES[kind] ?? "process") : null;
}

/** A kind in words: `BiologicalProcess` is a biological process. */
export function kindName(kind) {
  return kind ? kind.replace(/(?<=[a-z])(?=[A-Z])/g, " ").toLowerCase() : "";
}

/** A date and time in the reader's own way, or the text itself. */
export function when(text) {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) return String(text);
  return date.toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });
}
