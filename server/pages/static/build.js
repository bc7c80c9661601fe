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
 * @param {string} text
 * @param {string} className
 * @param {() => void} act
 */
export function button(text, className, act) {
  const element = html("button", { type: "button", class: className }, text);
  element.addEventListener("click", act);
  return element;
}

/**
 * @template {Element} E
 * @param {string} id
 * @param {new () => E} type
 * @returns {E}
 */
export function byId(id, type) {
  const element = document.getElementById(id);
  if (!(element instanceof type)) throw new TypeError(`The page has no ${type.name} "${id}".`);
  return element;
}

/** Outlines on a grid of 24 by 24. */
const ICONS = {
  back: "M14.5 6l-6 6 6 6",
  close: "M6 6l12 12M18 6L6 18",
  hanger: "M12 9.2V8.4a2.2 2.2 0 1 0-2.2-2.2M12 9.2l8.1 6.3c1 .8.5 2.5-.8 2.5H4.7c-1.3 0-1.8-1.7-.8-2.5z",
  next: "M9.5 6l6 6-6 6",
};

/** @param {keyof typeof ICONS} name */
export function icon(name) {
  return svg("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" },
    svg("path", { d: ICONS[name] }));
}
