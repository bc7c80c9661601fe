/** Building elements. Text from outside only ever becomes text. */

const SVG = "http://www.w3.org/2000/svg";
const HTML = "http://www.w3.org/1999/xhtml";

/** @typedef {Record<string, string | number | boolean | undefined>} Attributes */

/**
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Attributes} [attributes] `false` and `undefined` leave one out.
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[Name]}
 */
export function html(name, attributes = {}, ...children) {
  // A document may be another kind of XML.
  const element = /** @type {HTMLElementTagNameMap[Name]} */ (document.createElementNS(HTML, name));
  return assemble(element, attributes, children);
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
  alike: "M5 4.5h7.5v9.5H5zM12.5 10H19v9.5h-7.5V14",
  back: "M14.5 6l-6 6 6 6",
  block: "M5.5 5.5l13 13M12 3.5a8.5 8.5 0 1 0 0 17a8.5 8.5 0 1 0 0-17",
  close: "M6 6l12 12M18 6L6 18",
  edit: "M4.5 19.5l1-4.2L16 4.8a1.7 1.7 0 0 1 2.4 0l.8.8a1.7 1.7 0 0 1 0 2.4L8.7 18.5z",
  filter: "M4 7.5h9M18.5 7.5H20M4 16.5h1.5M11 16.5h9M15.7 5a2.5 2.5 0 1 0 0 5a2.5 2.5 0 1 0 0-5M8.3 14a2.5 2.5 0 1 0 0 5a2.5 2.5 0 1 0 0-5",
  frame: "M4 8.5V5.5A1.5 1.5 0 0 1 5.5 4h3M15.5 4h3A1.5 1.5 0 0 1 20 5.5v3M20 15.5v3a1.5 1.5 0 0 1-1.5 1.5h-3M8.5 20h-3A1.5 1.5 0 0 1 4 18.5v-3",
  hanger: "M12 9.2V8.4a2.2 2.2 0 1 0-2.2-2.2M12 9.2l8.1 6.3c1 .8.5 2.5-.8 2.5H4.7c-1.3 0-1.8-1.7-.8-2.5z",
  heart: "M12 19.5S4 14.8 4 9.2A4.2 4.2 0 0 1 12 7.3A4.2 4.2 0 0 1 20 9.2C20 14.8 12 19.5 12 19.5z",
  more: "M5.5 12h.01M12 12h.01M18.5 12h.01",
  next: "M9.5 6l6 6-6 6",
  outfit: "M8.5 4l-4.5 2.5 1.5 4 2-.8V13h9V9.7l2 .8 1.5-4L15.5 4a3.5 3.5 0 0 1-7 0M7.5 15.5h9l1 5h-3.8L12 17.5l-1.7 3H6.5z",
  star: "M12 4l2.5 5.2 5.7.8-4.1 4 1 5.7-5.1-2.7-5.1 2.7 1-5.7-4.1-4 5.7-.8z",
  screen: "M4.5 5h15v10.5h-15zM9 19.5h6M12 15.5v4",
  unlike: "M4 5.5h10v13H4zM17 8l4 8M21 8l-4 8",
};

/** Those that point the way that one reads. */
const ONWARD = ["next", "back"];

/** @param {keyof typeof ICONS} name */
export function icon(name) {
  return svg("svg", { class: ONWARD.includes(name) ? "icon is-onward" : "icon", viewBox: "0 0 24 24", "aria-hidden": "true" },
    svg("path", { d: ICONS[name] }));
}

/**
 * Give an element these children. Only what is out of place is moved: what is taken out loses the focus, and
 * a press that has begun on it.
 *
 * @param {Element} parent
 * @param {Element[]} wanted
 */
export function arrange(parent, wanted) {
  const kept = new Set(wanted);
  for (const child of [...parent.children]) {
    if (!kept.has(child)) child.remove();
  }
  wanted.forEach((child, place) => {
    if (parent.children[place] !== child) parent.insertBefore(child, parent.children[place] ?? null);
  });
}
