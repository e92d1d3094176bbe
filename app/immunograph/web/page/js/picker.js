// A field that finds an entity by any of its names while one types.

import { ask } from "./api.js";
import { h, put } from "./dom.js";
import { kindName } from "./words.js";

const PAUSE = 120; // milliseconds after a key before the service is asked
const MOST = 8;

let numbered = 0;

/**
 * A combobox. `onPick` is called with the entity that was chosen from the list; without it the
 * name is put into the field. The field is `input`, all of it `node`.
 */
export function picker({ name, label, value = "", placeholder = "", onPick = null }) {
  numbered += 1;
  const listId = `picker-${numbered}`;
  const input = h("input", {
    name,
    value,
    placeholder,
    type: "text",
    class: "picker-field",
    role: "combobox",
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: "false",
    maxlength: 300,
    "aria-label": label,
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": listId,
  });
  const list = h("ul", { id: listId, class: "picker-list", role: "listbox", "aria-label": `${label}: found`, hidden: true });
  const node = h("span", { class: "picker" }, input, list);
  let found = [];
  let active = -1;
  let asking = null;
  let timer = 0;

  const fit = () => input.setAttribute("size", Math.max(4, (input.value || placeholder).length));
  const close = () => {
    clearTimeout(timer);
    asking?.abort();
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const choose = (entity) => {
    close();
    input.value = entity.name;
    fit();
    if (onPick) onPick(entity);
  };
  const point = (number) => {
    active = (number + found.length) % found.length;
    [...list.children].forEach((option, place) => option.setAttribute("aria-selected", String(place === active)));
    const option = list.children[active];
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  };
  const open = (entities, asked) => {
    found = entities;
    active = -1;
    input.removeAttribute("aria-activedescendant");
    if (found.length === 0) {
      close();
      return;
    }
    put(list, found.map((entity, place) =>
      h("li", {
        id: `${listId}-${place}`,
        role: "option",
        "aria-selected": "false",
        on: {
          // Before the field loses the focus, which closes the list.
          mousedown: (event) => event.preventDefault(),
          click: () => choose(entity),
        },
      },
      h("span", { class: "picker-name" }, entity.name),
      h("span", { class: "picker-more" }, [alias(entity, asked), kindName(entity.kind)].filter(Boolean).join(" · ")),
      )));
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
  };
  const look = async () => {
    asking?.abort();
    const asked = input.value.trim();
    if (!asked) {
      close();
      return;
    }
    asking = new AbortController();
    try {
      const answer = await ask("entities", { q: asked, limit: MOST }, { signal: asking.signal });
      if (document.activeElement === input) open(begun(answer.items, asked), asked);
    } catch {
      // The question itself, once it is asked, says what is wrong; suggestions are a convenience.
      list.hidden = true;
    }
  };

  input.addEventListener("input", () => {
    fit();
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE);
  });
  input.addEventListener("focus", () => input.select());
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) look();
      else point(active + (event.key === "ArrowDown" ? 1 : active < 0 ? 0 : -1));
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    } else if (event.key === "Enter" && !list.hidden && active >= 0) {
      event.preventDefault();
      choose(found[active]);
    }
  });
  fit();
  return { node, input };
}

/** Names that begin with what is typed come first: it is most likely their beginning. */
function begun(entities, asked) {
  const start = asked.toLowerCase();
  const rank = (entity) => {
    const names = [entity.name, entity.symbol ?? "", ...entity.synonyms].map((one) => one.toLowerCase());
    return names[0].startsWith(start) ? 0 : names.some((one) => one.startsWith(start)) ? 1 : 2;
  };
  return entities.map((entity) => [rank(entity), entity]).sort((a, b) => a[0] - b[0]).map(([, entity]) => entity);
}

/** The name by which an entity was found, where its own does not show it. */
function alias(entity, asked) {
  const wanted = asked.toLowerCase();
  if (entity.name.toLowerCase().includes(wanted)) return entity.symbol && entity.symbol !== entity.name ? entity.symbol : "";
  const names = [entity.symbol, entity.id, ...entity.synonyms].filter(Boolean);
  return names.find((one) => one.toLowerCase().includes(wanted)) ?? "";
}
