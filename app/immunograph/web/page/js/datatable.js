// A table that is searched, sorted and filtered where it stands. How it is looked at stands in the
// address, so that a link shows the same rows in the same order.

import { amend, now } from "./address.js";
import { h, put } from "./dom.js";
import { announce } from "./notice.js";
import { count, grouped, say } from "./words.js";

const SHOWN = { wide: 60, narrow: 20 }; // rows at first
const PAUSE = 90; // milliseconds after a key before the rows are looked through
const NARROW = "(max-width: 719px)";

const order = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/**
 * A table of `rows`. Each column has a `name`, a `value` of a row (what is sorted and searched), and
 * if that is not what is shown, a `cell`. A column with `choose: "one"` is filtered by one of its
 * values (a row may have several), with `choose: "since"` by the least; one that is `hidden` is only
 * filtered and searched by. `label` is read out, `noun` names what the rows are.
 */
export function dataTable({ columns, rows, label, noun, nouns = `${noun}s`, empty = "None." }) {
  if (rows.length === 0) return h("p", { class: "mut" }, empty);
  const state = now();
  const kept = rows.map((row) => ({
    row,
    values: columns.map((column) => column.value(row)),
    text: null,
  }));
  let sort = sortOf(state.get("sort"), columns);
  let find = state.get("find") ?? "";
  const chosen = new Map(columns.filter((one) => one.choose).map((one) => [one, state.get(parameter(one)) ?? ""]));
  const first = matchMedia(NARROW).matches ? SHOWN.narrow : SHOWN.wide;
  let room = first;

  const ranked = new Map(); // comparing by the rules of a language takes longest: once for each column
  const ranks = (column) => {
    if (!ranked.has(column)) ranked.set(column, rankOf(kept, columns.indexOf(column)));
    return ranked.get(column);
  };

  const body = h("tbody", {});
  const seen = columns.filter((column) => !column.hidden);
  const heads = seen.map((column) => headOf(column));
  const said = h("p", { class: "mut small found", role: "status" });
  const more = h("button", { type: "button", hidden: true, on: { click: () => {
    room += 5 * first;
    show();
  } } }, "Show more");

  function headOf(column) {
    const button = h("button", { type: "button", class: "sorter", on: { click: () => {
      const down = sort?.column === column ? !sort.down : typeof column.value(rows[0]) === "number";
      sort = { column, down };
      amend({ sort: `${down ? "-" : ""}${column.name}` });
      show();
      announce(`Sorted by ${column.name}, ${down ? "descending" : "ascending"}.`);
    } } }, column.name);
    return h("th", { scope: "col" }, button);
  }

  function show() {
    const found = sorted(chosenOf(kept, { columns, chosen, find }), ranks, sort);
    put(body, found.slice(0, room).map(({ row }) => h("tr", {}, seen.map((column, place) => {
      const cell = column.cell ? column.cell(row) : column.value(row);
      return place === 0 ? h("th", { scope: "row" }, cell) : h("td", { "data-name": column.name }, cell);
    }))));
    seen.forEach((column, place) => {
      if (sort?.column === column) heads[place].setAttribute("aria-sort", sort.down ? "descending" : "ascending");
      else heads[place].removeAttribute("aria-sort");
    });
    more.hidden = found.length <= room;
    put(said, found.length === rows.length ? count(rows.length, noun, nouns) : `${grouped(found.length)} of ${count(rows.length, noun, nouns)}`,
      found.length > room && `, the first ${room} shown`);
  }

  let timer = 0;
  const field = h("input", { type: "search", value: find, placeholder: "search these rows…", "aria-label": `Search: ${label}`, on: { input: () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      find = field.value;
      room = first;
      amend({ find: find.trim() || null });
      show();
    }, PAUSE);
  } } });
  const selects = [...chosen.keys()].map((column) => {
    const options = optionsOf(column, kept, columns.indexOf(column));
    if (options.length < 2) return null;
    const select = h("select", { "aria-label": `${column.filter ?? column.name}: ${label}`, on: { change: () => {
      chosen.set(column, select.value);
      room = first;
      amend({ [parameter(column)]: select.value || null });
      show();
    } } },
    h("option", { value: "" }, `any ${column.filter ?? column.name}`),
    options.map(([value, times]) => h("option", { value, selected: String(value) === chosen.get(column) },
      column.choose === "since" ? `since ${value}` : `${say(value)} (${times})`)));
    return select;
  });
  show();
  return h("div", { class: "datatable" },
    rows.length > 5 && h("div", { class: "tabletools" }, field, selects, said),
    h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": label },
      h("table", {}, h("caption", { class: "vh" }, label), h("thead", {}, h("tr", {}, heads)), body)),
    h("p", { class: "actions" }, more));
}

function parameter(column) {
  return `only-${(column.filter ?? column.name).replaceAll(" ", "-")}`;
}

function sortOf(text, columns) {
  const down = text?.startsWith("-") ?? false;
  const column = columns.find((one) => one.name === text?.replace(/^-/, ""));
  return column ? { column, down } : null;
}

/** The rows that hold all words that are looked for, and the values that were chosen. */
function chosenOf(kept, { columns, chosen, find }) {
  const words = find.toLowerCase().split(/\s+/).filter(Boolean);
  const wanted = [...chosen].filter(([, value]) => value !== "");
  return kept.filter((one) => {
    for (const [column, value] of wanted) {
      const own = one.values[columns.indexOf(column)];
      const fits = column.choose === "since" ? Number(own) >= Number(value) : [own].flat().map(String).includes(value);
      if (!fits) return false;
    }
    if (words.length === 0) return true;
    one.text ??= one.values.flat().join(" ").toLowerCase();
    return words.every((word) => one.text.includes(word));
  });
}

/** In the chosen order; rows without a value stand last, equal ones as they stood. */
function sorted(kept, ranks, sort) {
  if (sort === null) return kept;
  const rank = ranks(sort.column);
  const way = sort.down ? -1 : 1;
  return [...kept].sort((a, b) => {
    const [first, second] = [rank.get(a), rank.get(b)];
    if (first === null || second === null) return (first === null) - (second === null);
    return way * (first - second);
  });
}

/** The place of each row by a column, the same for equal values; null where it has no value. */
function rankOf(kept, place) {
  const keys = kept.map((one) => keyOf(one.values[place]));
  const unlike = [...new Set(keys)].filter((key) => key !== null)
    .sort((a, b) => (typeof a === "number" && typeof b === "number" ? a - b : order.compare(a, b)));
  const numbers = new Map();
  unlike.forEach((key, at) => {
    const before = unlike[at - 1];
    const same = at > 0 && typeof key === "string" && order.compare(before, key) === 0;
    numbers.set(key, same ? numbers.get(before) : at);
  });
  return new Map(kept.map((one, at) => [one, keys[at] === null ? null : numbers.get(keys[at])]));
}

function keyOf(value) {
  if (typeof value === "number") return value;
  const text = [value].flat().join(", ");
  return text === "" ? null : text;
}

/** The values that a column is filtered by, each with how many rows have it. */
function optionsOf(column, kept, place) {
  const times = new Map();
  for (const { values } of kept) {
    for (const one of new Set([values[place]].flat())) {
      if (one !== null && one !== undefined && one !== "") times.set(one, (times.get(one) ?? 0) + 1);
    }
  }
  const found = [...times].sort(([a], [b]) => (column.choose === "since" ? b - a : order.compare(a, b)));
  return found.slice(0, 300);
}
