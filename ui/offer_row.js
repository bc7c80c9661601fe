/** One offer as a row of the list. */

import { html, icon } from "./build.js";
import { askedReason, isOfOtherCategory } from "./choice.js";
import { anchor, safeLink } from "./links.js";
import { showPicture, thumbnail } from "./thumbnail.js";

/** @typedef {import("./answers.js").Offer} Offer */
/** @typedef {import("./host.js").Host} Host */
/** @typedef {import("./words.js").Words} Words */

/** Reasons of the server that the row shows in its own way already. */
const SHOWN_REASONS = new Set([
  "very similar", "similar", "same colour", "in stock", "price known", "ships to you", "partner",
]);

/** Least similarity of each word; the server speaks of the first two. */
const DEGREES = /** @type {const} */ ([
  ["very_similar", 0.75],
  ["similar", 0.5],
  ["somewhat_similar", 0.25],
  ["less_similar", 0],
]);

/**
 * @param {Host} host
 * @param {Offer} offer
 * @param {string} link A safe one.
 * @param {HTMLElement[]} tools What can be done with it.
 * @returns {HTMLLIElement}
 */
export function offerRow(host, offer, link, tools) {
  const entry = html("li", { class: "offer", "data-offer": offer.id }, anchor(link, "row"), ...tools);
  fillRow(host, entry, offer, link);
  return entry;
}

/**
 * Put into a row what is known of its offer now. The link and the picture stay where they are,
 * so that nothing flickers or loses the focus.
 *
 * @param {Host} host
 * @param {HTMLElement} entry
 * @param {Offer} offer
 * @param {string} link A safe one.
 */
export function fillRow(host, entry, offer, link) {
  const { words } = host;
  const shop = html("span", { class: "shop", dir: "auto" }, offer.shop || new URL(link).hostname);
  const preferred = words.say("preferred");
  const liked = html("span", { class: "liked", title: preferred, hidden: true }, icon("star"),
    html("span", { class: "sr-only" }, preferred));
  const badge = offer.partner ? [html("span", { class: "badge" }, words.say("partner"))] : [];
  const facts = html("span", { class: "facts" },
    html("span", { class: "from" }, shop, liked, ...badge),
    html("span", { class: "title", dir: "auto" }, offer.title),
    priceLine(offer, words), termsLine(offer, words), ...otherReasons(offer, words),
    similarityLine(offer, words));
  const row = /** @type {HTMLElement} */ (entry.querySelector(".row"));
  const shown = row.querySelector(".thumb");
  if (shown) showPicture(host, shown, offer.picture);
  row.replaceChildren(shown ?? thumbnail(host, offer.picture), facts, ...newTab(host));
  const why = offer.why.map((reason) => words.reason(reason));
  row.title = why.length ? words.say("why", words.list(why)) : "";
  addSellers(host, entry, offer);
}

/**
 * @param {Host} host
 * @param {Offer} offer A link into a search engine.
 * @param {string} link A safe one.
 */
export function searchChip(host, offer, link) {
  return html("li", { "data-offer": offer.id },
    anchor(link, "chip", html("span", { dir: "auto" }, offer.title), ...newTab(host)));
}

/** @param {Host} host */
function newTab({ words, appearance }) {
  return appearance.saysNewTab ? [html("span", { class: "sr-only" }, ` (${words.say("new_tab")})`)] : [];
}

/**
 * List under a row where else the same product is sold.
 *
 * @param {Host} host
 * @param {HTMLElement} entry
 * @param {Offer} offer
 */
function addSellers(host, entry, offer) {
  const { words } = host;
  entry.querySelector(".sellers")?.remove();
  const rows = offer.sellers.flatMap((seller) => {
    const link = safeLink(seller.link);
    if (!link) return [];
    const cost = seller.price ? words.price(seller.price.amount, seller.price.currency) : "";
    const shop = html("span", { class: "seller-name", dir: "auto" },
      seller.shop || new URL(link).hostname);
    const about = seller.converted
      ? [" ", aboutPrice(seller.converted, seller.price?.currency ?? "", words)] : [];
    const price = html(isLess(seller, offer) ? "strong" : "span", { class: "seller-price" }, cost, ...about);
    return [html("li", { "data-offer": seller.id },
      anchor(link, "seller", shop, " ", price, ...newTab(host)))];
  });
  if (rows.length === 0) return;
  const label = words.say("also_sold_by");
  entry.append(html("div", { class: "sellers" },
    html("span", { class: "sellers-name", "aria-hidden": "true" }, label),
    html("ul", { "aria-label": label }, ...rows)));
}

/**
 * @param {import("./answers.js").Seller} seller
 * @param {Offer} offer
 */
function isLess({ price: asked }, { price: other, currency }) {
  return asked !== null && other !== null && asked.currency === currency
    && Number(asked.amount) < Number(other);
}

/**
 * @param {Offer} offer
 * @param {Words} words
 */
function priceLine({ price, currency, list_price: listed, converted }, words) {
  const line = html("span", { class: "price-line" });
  if (price === null || currency === null) {
    line.append(html("span", { class: "no-price" }, words.say("price_unknown")));
  } else {
    line.append(html("strong", { class: "price" }, words.price(price, currency)));
    if (listed !== null && Number(listed) > Number(price)) {
      line.append(html("span", { class: "sr-only" }, words.say("price_before")),
        html("s", {}, words.price(listed, currency)));
    }
  }
  if (converted && currency) line.append(aboutPrice(converted, currency, words));
  return line;
}

/**
 * A converted price: never in place of the shop's own.
 *
 * @param {import("./answers.js").Converted} converted
 * @param {string} currency The shop's.
 * @param {Words} words
 */
function aboutPrice(converted, currency, words) {
  const one = `1 ${currency}`;
  const other = `${converted.rate} ${converted.currency}`;
  const title = converted.source === "ecb"
    ? words.say("rate_ecb", one, other, words.day(converted.as_of ?? ""))
    : words.say("rate_given", one, other);
  return html("span", { class: "about", title }, html("span", { "aria-hidden": "true" }, "≈ "),
    html("span", { class: "sr-only" }, `${words.say("about")} `),
    words.price(converted.price, converted.currency));
}

/**
 * What else is known about buying it: stock, condition, shipping.
 *
 * @param {Offer} offer
 * @param {Words} words
 */
function termsLine({ availability, condition, shipping }, words) {
  const line = html("span", { class: "terms" });
  if (availability) {
    line.append(html("span", { class: `stock ${availability}` }, words.say(availability)));
  }
  // New is what everyone expects.
  if (condition && condition !== "new") {
    line.append(html("span", { class: "condition" }, words.say(condition)));
  }
  if (shipping) {
    const cost = Number(shipping.amount) === 0 ? words.say("free_shipping")
      : words.say("shipping", words.price(shipping.amount, shipping.currency));
    line.append(html("span", { class: "shipping" }, cost));
  }
  line.hidden = line.childElementCount === 0;
  return line;
}

/**
 * @param {Offer} offer
 * @param {Words} words
 */
function otherReasons({ why }, words) {
  const others = why.filter((reason) => !SHOWN_REASONS.has(reason));
  const text = words.list(others.map((reason) => words.reason(reason)));
  return text ? [html("span", { class: "shop", dir: "auto" }, text)] : [];
}

/**
 * @param {Offer} offer
 * @param {Words} words
 */
function similarityLine(offer, words) {
  const { similarity, likeness, why } = offer;
  const unasked = askedReason(offer);
  if (unasked) return html("span", { class: "alike" }, html("span", {}, words.say(`un${unasked}`)));
  if (isOfOtherCategory(offer)) {
    return html("span", { class: "alike" }, html("span", {}, words.say("other_category")));
  }
  if (similarity === null) {
    return html("span", { class: "alike" }, html("span", {}, words.say("not_compared")));
  }
  const share = Math.min(1, Math.max(0, similarity));
  const degree = likeness === "same"
    ? "the_same" : DEGREES.find(([, least]) => share >= least)?.[0] ?? "less_similar";
  const colour = why.includes("same colour")
    ? [words.comma, html("span", { class: "unbroken" }, words.reason("same colour"))] : [];
  const fill = html("span", { class: "fill" });
  fill.style.width = `${Math.round(share * 100)}%`;
  const bar = html("span", { class: "bar", "aria-hidden": "true" }, fill);
  return html("span", { class: "alike" }, bar, html("span", {}, words.say(degree), ...colour));
}
