/** Offers as they were when they were opened, put away or saved: rows of a list. */

import { cropOf } from "./api.js";
import { button, HOST } from "./host.js";
import { html, icon } from "./ui/build.js";
import { anchor, safeLink } from "./ui/links.js";
import { thumbnail } from "./ui/thumbnail.js";
import { say, words } from "./words.js";

/** @typedef {import("./kept_answers.js").Known} Known */

/**
 * @param {Known} known
 * @param {{name?: string, picture?: string | null, link?: string | null, tools: HTMLElement[], more?: HTMLElement[]}} how
 *   `name`: where it is not the title; `picture`: a path, where it is not the kept copy; `link`: on this
 *   server, where it leads to no shop; `tools`: what can be done with it; `more`: below its facts.
 */
export function knownRow(known, { name = known.title, picture = known.picture, link: own, tools, more = [] }) {
  const link = known.link === null ? null : safeLink(known.link);
  const price = priceText(known.price, known.currency);
  const cost = price ? [html("strong", { class: "price" }, price)] : [];
  const shop = known.shop ? [html("span", { class: "from" }, html("span", { class: "shop", dir: "auto" }, known.shop))] : [];
  const facts = html("span", { class: "facts" }, ...shop,
    html("span", { class: "title", dir: "auto" }, name),
    html("span", { class: "price-line" }, ...cost,
      html("time", { datetime: known.at, class: "stock" }, words.moment(known.at))));
  const parts = [thumbnail(HOST, picture), facts];
  const newTab = html("span", { class: "sr-only" }, ` (${say("new_tab")})`);
  const row = link ? anchor(link, "row", ...parts, newTab)
    : own ? html("a", { class: "row", href: own }, ...parts) : html("span", { class: "row" }, ...parts);
  return html("li", { class: "offer known" }, row, html("span", { class: "known-tools" }, ...tools), ...more);
}

/**
 * @param {string | null} price
 * @param {string | null} currency
 */
export function priceText(price, currency) {
  return price !== null && currency !== null ? words.price(price, currency) : null;
}

/**
 * What an offer was found for: not the offer, so it leads to its own picture.
 *
 * @param {{look: string | null, garment: number | null}} known
 * @returns {HTMLElement[]} None where that is not kept.
 */
export function foundFor({ look, garment }) {
  if (look === null || garment === null) return [];
  const crop = thumbnail(HOST, cropOf(look, garment));
  crop.classList.add("crop");
  const short = say("found_for_short");
  // What is seen is part of what is said.
  const label = `${short}: ${say("found_for")}`;
  return [html("a", { class: "found-for", href: garmentAddress(look, garment), "aria-label": label, title: say("found_for") }, crop,
    html("span", { class: "found-for-words", "aria-hidden": "true" }, short))];
}

/**
 * @param {string} look
 * @param {number} garment
 */
export function garmentAddress(look, garment) {
  return `/?${new URLSearchParams({ garment: String(garment), look })}`;
}

/**
 * @param {string} label
 * @param {() => void} act
 */
export function removal(label, act) {
  const element = button("", "round forget", act);
  element.setAttribute("aria-label", label);
  element.title = label;
  element.append(icon("close"));
  return element;
}

/**
 * A garment or an offer that was saved.
 *
 * @param {import("./kept_answers.js").SavedThing} thing
 * @param {(name: string) => HTMLElement[]} tools What can be done with it, by its name.
 * @param {HTMLElement[]} [more]
 */
export function keptThing(thing, tools, more = []) {
  const { texts, look, garment } = thing;
  const name = texts ? words.capitalised(texts[words.language] || texts.en || thing.title) : thing.title;
  const isKept = look !== null && garment !== null;
  const row = knownRow(thing, {
    name,
    link: texts && isKept ? garmentAddress(look, garment) : null,
    tools: [...texts ? [] : foundFor(thing), ...tools(name)],
    more,
  });
  row.classList.toggle("is-garment", texts !== null);
  return row;
}
