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

function operationOf(path, operation, components) {
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
  const heading = element("summary", {}, element("code", {}, `GET ${path}`), " ",
    element("span", { class: "soft" }, ...said(operation.description)));
  return element("details", { id: operation.operationId }, heading, body);
}

async function show() {
  const schema = await (await fetch("/openapi.json")).json();
  const components = schema.components.schemas;
  const groups = new Map();
  for (const [path, operations] of Object.entries(schema.paths)) {
    const tag = operations.get.tags?.[0] ?? "other";
    if (!groups.has(tag)) groups.set(tag, []);
    groups.get(tag).push(operationOf(path, operations.get, components));
  }
  const introduction = schema.info.description.split("\n\n")
    .map((text) => element("p", {}, ...said(text)));
  main.replaceChildren(...introduction);
  for (const [tag, operations] of groups) main.append(element("h2", {}, tag), ...operations);
  const asked = location.hash && document.getElementById(location.hash.slice(1));
  if (asked) { asked.open = true; asked.scrollIntoView(); }
}

show().catch((error) => {
  main.replaceChildren(element("p", {}, `The list could not be made: ${error.message}.`));
}).finally(() => main.removeAttribute("aria-busy"));
