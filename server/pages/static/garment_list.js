/** What was found in a picture, to choose from. */

import { cropOf } from "./api.js";
import { button, HOST } from "./host.js";
import { noticeCard } from "./trouble.js";
import { html, icon } from "./ui/build.js";
import { thumbnail } from "./ui/thumbnail.js";
import { say, words } from "./words.js";

/** @typedef {import("./ui/answers.js").Look} Look */
/** @typedef {import("./ui/answers.js").Garment} Garment */

/**
 * @typedef {object} ListActions
 * @property {(garment: Garment) => void} choose
 * @property {(garment: Garment | null) => void} point One is pointed at, or none is.
 * @property {() => void} frame Draw a frame around something else.
 * @property {() => void} outfit Look for all of them together.
 * @property {() => void} leave Back to where a picture is chosen.
 */

/**
 * @param {Look} look
 * @param {ListActions} actions
 * @returns {{element: HTMLElement, heading: HTMLElement | null}} No heading where nothing was found.
 */
export function garmentList(look, actions) {
  const { garments } = look;
  if (garments.length === 0) {
    const element = noticeCard(say("no_garment_title"), say("no_garment_advice"),
      frameButton("button is-first", actions.frame), anotherButton(actions.leave));
    return { element, heading: null };
  }
  const title = garments.length === 1 ? say("found_one") : say("found_many", garments.length);
  const heading = html("h2", { tabindex: "-1" }, title);
  const rows = garments.map((garment) => html("li", {}, garmentRow(look, garment, actions)));
  const element = html("section", { class: "panel" },
    html("header", {}, html("div", { class: "naming" }, heading,
      html("p", { class: "status", role: "status" }, say("choose_one")))),
    html("ol", { class: "garments" }, ...rows),
    html("div", { class: "foot" }, ...garments.length > 1 ? [outfitButton(actions.outfit)] : [],
      frameButton("button", actions.frame), anotherButton(actions.leave)));
  return { element, heading };
}

/** @param {() => void} leave Back to where a picture is chosen. */
export function anotherButton(leave) {
  return button(say("another"), "button", leave);
}

/**
 * @param {Look} look
 * @param {Garment} garment
 * @param {ListActions} actions
 */
function garmentRow(look, garment, { choose, point }) {
  const crop = thumbnail(HOST, cropOf(look.id, garment.number));
  crop.classList.add("crop");
  const row = button("", "garment-row", () => choose(garment));
  row.append(crop, html("span", { class: "title" }, words.capitalised(words.garment(garment))), icon("next"));
  row.addEventListener("pointerenter", () => point(garment));
  row.addEventListener("pointerleave", () => point(null));
  row.addEventListener("focus", () => point(garment));
  row.addEventListener("blur", () => point(null));
  return row;
}

/**
 * @param {string} className
 * @param {() => void} pressed
 */
function frameButton(className, pressed) {
  const start = button("", className, pressed);
  start.append(icon("frame"), html("span", {}, say("draw_frame")));
  return start;
}

/** @param {() => void} pressed */
function outfitButton(pressed) {
  const start = button("", "button is-first", pressed);
  start.append(icon("outfit"), html("span", {}, say("outfit")));
  return start;
}
