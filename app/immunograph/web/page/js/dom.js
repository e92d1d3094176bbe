// Elements made from values. Whatever comes from an answer ends up in text nodes or in attributes
// that hold no code, so markup in a name is shown as text.

const SVG = "http://www.w3.org/2000/svg";

/** An HTML element. `on` holds listeners; null and false attributes are left out. */
export function h(tag, attributes, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** An SVG element. */
export function s(tag, attributes, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) {
        element.addEventListener(event, listener);
      }
    } else if (name === "href") {
      element.setAttribute("href", safe(String(value)));
    } else {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
  element.append(...flat(children));
  return element;
}

function flat(children) {
  return children
    .flat(Infinity)
    .filter((child) => child !== null && child !== undefined && child !== false);
}

/** Replace everything inside an element. */
export function put(element, ...children) {
  element.replaceChildren(...flat(children));
  return element;
}

/** An address that a link may have: of this service, the web or mail; never a script. */
export function safe(address) {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(address.trim());
  if (scheme && !["http", "https", "mailto"].includes(scheme[1].toLowerCase())) return "#";
  return address;
}

/** Children with a word between them: `a, b and c`. */
export function listed(children, word = "and") {
  const found = [];
  children.forEach((child, place) => {
    if (place > 0) found.push(place === children.length - 1 ? ` ${word} ` : ", ");
    found.push(child);
  });
  return found;
}
