// The address bar is the whole state of the page: a view, the parameters of its question with the
// names that `/v1` has, and what is selected. Nothing is kept elsewhere, so a link is the page.

export const FILTERS = ["species", "study_system", "site", "disease", "stage", "phase", "tier"];
export const REPEATED = new Set(["source", "target", "without", ...FILTERS]);

/** The state in the address bar. */
export function now() {
  return new URLSearchParams(location.search);
}

let shownSearch = null;

/** Remember the address as the one that is shown. */
export function noteShown() {
  shownSearch = location.search;
}

/** Whether the address is the one that is shown, so that there is nothing to ask. */
export function isShown() {
  return location.search === shownSearch;
}

/** Write into the address how what stands there is looked at; nothing new is asked. */
export function amend(changes) {
  history.replaceState(null, "", link(set(now(), changes)));
  noteShown();
}

/** The view that a state asks for. */
export function viewOf(state) {
  return state.get("view") ?? (state.has("source") || state.has("target") ? "paths" : "home");
}

/** A state as a link. */
export function link(state) {
  const text = new URLSearchParams(state).toString();
  return text ? `?${text}` : "./";
}

/** The link to a view with its parameters; lists repeat, null is left out. */
export function to(view, parameters = {}) {
  return link(set(new URLSearchParams({ view }), parameters));
}

/** A copy of the state in which some parameters are others; null drops one. */
export function set(state, changes) {
  const changed = new URLSearchParams(state);
  for (const [name, value] of Object.entries(changes)) {
    changed.delete(name);
    for (const one of [value].flat()) {
      if (one !== null && one !== undefined && one !== "") changed.append(name, one);
    }
  }
  return changed;
}

/** A copy of the state with one more value of a repeated parameter. */
export function add(state, name, value) {
  const values = state.getAll(name);
  return values.includes(value) ? new URLSearchParams(state) : set(state, { [name]: [...values, value] });
}

/** A copy of the state with one value of a repeated parameter less. */
export function drop(state, name, value) {
  return set(state, { [name]: state.getAll(name).filter((one) => one !== value) });
}

/** Only these parameters of a state, in this order. */
export function pick(state, names) {
  const picked = new URLSearchParams();
  for (const name of names) for (const value of state.getAll(name)) picked.append(name, value);
  return picked;
}
