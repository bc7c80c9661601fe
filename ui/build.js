/** Building elements. Text from outside only ever becomes text. */

const SVG = "http://www.w3.org/2000/svg";

/** @typedef {Record<string, string | number | boolean | undefined>} Attributes */

/**
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Attributes} [attributes] `false` and `undefined` leave one out.
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[Name]}
 */
export function html(name, attributes = {}, ...children) {
  return assemble(document.createElement(name), attributes, children);
}

/**
 * @template {keyof SVGElementTagNameMap} Name
 * @param {Name} name
 * @param {Attributes} [attributes]
 * @param {...(Node | string)} children
 * @returns {SVGElementTagNameMap[Name]}
 */
export function svg(name, attributes = {}, ...children) {
  return assemble(document.createElementNS(SVG, name), attributes, children);
}

/**
 * @template {Element} E
 * @param {E} element
 * @param {Attributes} attributes
 * @param {(Node | string)[]} children
 */
function assemble(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) element.setAttribute(name, String(value));
  }
  element.append(...children);
  return element;
}

/**
 * @template {Element} E
 * @param {string} id
 * @param {new (...args: any[]) => E} type
 * @returns {E}
 * @throws {TypeError} The page has no such element.
 */
export function byId(id, type) {
  const element = document.getElementById(id);
  if (!(element instanceof type)) throw new TypeError(`The page has no ${type.name} "${id}".`);
  return element;
}

/** Outlines on a grid of 24 by 24. */
const ICONS = {
  back: "M14.5 6l-6 6 6 6",
  block: "M5.5 5.5l13 13M12 3.5a8.5 8.5 0 1 0 0 17a8.5 8.5 0 1 0 0-17",
  close: "M6 6l12 12M18 6L6 18",
  filter: "M4 7.5h9M18.5 7.5H20M4 16.5h1.5M11 16.5h9M15.7 5a2.5 2.5 0 1 0 0 5a2.5 2.5 0 1 0 0-5M8.3 14a2.5 2.5 0 1 0 0 5a2.5 2.5 0 1 0 0-5",
  hanger: "M12 9.2V8.4a2.2 2.2 0 1 0-2.2-2.2M12 9.2l8.1 6.3c1 .8.5 2.5-.8 2.5H4.7c-1.3 0-1.8-1.7-.8-2.5z",
  heart: "M12 19.5S4 14.8 4 9.2A4.2 4.2 0 0 1 12 7.3A4.2 4.2 0 0 1 20 9.2C20 14.8 12 19.5 12 19.5z",
  more: "M5.5 12h.01M12 12h.01M18.5 12h.01",
  next: "M9.5 6l6 6-6 6",
};

/** @param {keyof typeof ICONS} name */
export function icon(name) {
  return svg("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" },
    svg("path", { d: ICONS[name] }));
}
