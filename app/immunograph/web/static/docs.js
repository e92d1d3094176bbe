// Lists every operation of /openapi.json: parameters, an example, and the problems that may come.

const main = document.querySelector("main");

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** A sentence in which `words` between backticks are set as code. */
function said(text) {
  return (text ?? "").split("`").map((part, i) => (i % 2 ? element("code", {}, part) : part));
}

function typeOf(schema, components) {
  if (!schema) return "";
  if (schema.$ref) return typeOf(components[schema.$ref.split("/").pop()], components);
  if (schema.anyOf) {
    return schema.anyOf.filter((one) => one.type !== "null")
      .map((one) => typeOf(one, components)).join(" or ");
  }
  if (schema.enum) return schema.enum.join(" | ");
  if (schema.const !== undefined) return String(schema.const);
  if (schema.type === "array") return `${typeOf(schema.items, components)}, repeats`;
  const bounds = [];
  if (schema.minimum !== undefined) bounds.push(`from ${schema.minimum}`);
  if (schema.maximum !== undefined) bounds.push(`to ${schema.maximum}`);
  return [schema.type, ...bounds].join(" ");
}

function parameterRow(parameter, components) {
  const { schema } = parameter;
  const fallback = schema.default;
  const given = fallback !== undefined && fallback !== null && fallback.length !== 0;
  const type = typeOf(schema, components) + (given ? `; ${fallback} if not given` : "");
  return element("tr", {},
    element("td", {}, element("code", {}, parameter.name), parameter.required ? " (required)" : ""),
    element("td", { class: "soft" }, type),
    element("td", {}, ...said(parameter.description ?? schema.description)));
}

function operationOf(method, path, operation, components) {
  const body = element("div");
  if (operation.parameters?.length) {
    const rows = operation.parameters
      .toSorted((a, b) => Boolean(b.required) - Boolean(a.required))
      .map((parameter) => parameterRow(parameter, components));
    body.append(element("table", {}, element("tbody", {}, ...rows)));
  }
  const answer = operation.responses["200"]?.content?.["application/json"];
  if (answer?.example) {
    body.append(element("p", { class: "soft" }, "An answer, shortened:"),
      element("pre", { tabindex: "0" }, JSON.stringify(answer.example, null, 2)));
  }
  const problems = Object.entries(operation.responses).filter(([status]) => status !== "200");
  for (const [status, problem] of problems) {
    body.append(element("div", { class: "soft" }, `${status}: `, ...said(problem.description)));
  }
  const heading = element("summary", {}, element("code", {}, `${method.toUpperCase()} ${path}`), " ",
    element("span", { class: "soft" }, ...said(operation.description)));
  return element("details", { id: operation.operationId }, heading, body);
}

/** The guide that Neo4j Browser opens, as text: its slides one below the other. */
async function guide() {
  const text = await (await fetch("/browser-guide")).text();
  const slides = new DOMParser().parseFromString(text, "text/html").querySelectorAll("slide");
  const words = (node) => node.textContent.replace(/\s+/g, " ");
  const inline = (node) => [...node.childNodes].map((one) =>
    one.nodeName === "A" ? element("a", { href: one.getAttribute("href") }, words(one)) : words(one));
  const shown = {
    H3: (node) => element("h3", {}, words(node)),
    P: (node) => element("p", {}, ...inline(node)),
    UL: (node) => element("ul", {}, ...[...node.children].map((one) => element("li", {}, words(one)))),
    PRE: (node) => element("pre", { tabindex: "0" }, node.textContent),
  };
  const parts = [...slides].flatMap((slide) => [...slide.querySelectorAll("h3, p, ul, pre")]);
  return [
    element("h2", { id: "guide" }, "The guide in Neo4j Browser"),
    element("p", {}, "Neo4j Browser opens with these pages; each query is put into its editor by a click."),
    ...parts.map((node) => shown[node.tagName](node)),
  ];
}

async function show() {
  const schema = await (await fetch("/openapi.json")).json();
  const components = schema.components.schemas;
  const groups = new Map();
  for (const [path, operations] of Object.entries(schema.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      const tag = operation.tags?.[0] ?? "other";
      if (!groups.has(tag)) groups.set(tag, []);
      groups.get(tag).push(operationOf(method, path, operation, components));
    }
  }
  const introduction = schema.info.description.split("\n\n")
    .map((text) => element("p", {}, ...said(text)));
  main.replaceChildren(...introduction);
  for (const [tag, operations] of groups) main.append(element("h2", {}, tag), ...operations);
  main.append(...(await guide()));
  const asked = location.hash && document.getElementById(location.hash.slice(1));
  if (asked) { asked.open = true; asked.scrollIntoView(); }
}

show().catch((error) => {
  main.replaceChildren(element("p", {}, `The list could not be made: ${error.message}.`));
}).finally(() => main.removeAttribute("aria-busy"));
