/** The head of a panel of offers: the garment, its colours, and the way out. */

import { html, icon } from "./build.js";
import { thumbnail } from "./thumbnail.js";

/** @typedef {import("./host.js").Host} Host */

/**
 * @typedef {object} Origin Where an offer was found that is searched for itself now.
 * @property {string} title The offer's.
 * @property {() => void} back
 */

/**
 * @param {Host} host
 * @param {Origin | null | undefined} origin
 * @returns {HTMLElement[]} A line of its own, where there is an origin.
 */
export function originLine({ words, listen }, origin) {
  if (!origin) return [];
  const back = html("button", { type: "button", class: "link origin-back" }, words.say("like_back"));
  listen(back, "click", () => origin.back());
  return [html("p", { class: "origin" }, html("span", { dir: "auto" }, words.say("like_this", origin.title)), back)];
}

/**
 * @param {Host} host
 * @param {import("./answers.js").Garment} garment
 * @param {{heading: HTMLElement, status: HTMLElement, opener: HTMLElement, heart: HTMLElement}} parts
 *   `opener`: opens the corrections; `heart`: saves the garment.
 * @param {() => void} close
 */
export function panelHeader(host, garment, { heading, status, opener, heart }, close) {
  const { words, listen, appearance } = host;
  const dots = garment.colours.map(({ name: english, hex }) => {
    const name = words.colour(english);
    const dot = html("span", { class: "dot", role: "img", "aria-label": name, title: name });
    dot.style.background = hex;
    return dot;
  });
  const label = words.say("leave_panel");
  const leave = html("button", { type: "button", class: "round", "aria-label": label, title: label },
    icon(appearance.leave));
  listen(leave, "click", close);
  const crop = thumbnail(host, `${garment.crop}?background=white`);
  crop.classList.add("crop");
  const naming = html("div", { class: "naming" }, heading,
    html("div", { class: "under" }, html("span", { class: "dots" }, ...dots), status));
  const parts = appearance.leave === "back" ? [leave, crop, naming, heart, opener] : [crop, naming, heart, opener, leave];
  return html("header", {}, ...parts);
}
