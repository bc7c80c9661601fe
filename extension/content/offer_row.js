/** One offer as a row of the panel. */

import { html, icon } from "./build.js";

/** @typedef {import("./protocol.js").Offer} Offer */
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
 * @param {string} link
 * @returns {string | null} Null for a link that may not be followed: only the web, no passwords.
 */
export function safeLink(link) {
  if (!URL.canParse(link)) return null;
  const url = new URL(link);
  return /^https?:$/.test(url.protocol) && !url.username && !url.password ? url.href : null;
}

/**
 * @param {Offer} offer
 * @param {string} link
 * @param {Words} words
 * @param {HTMLElement} more What can be done about its shop.
 * @returns {HTMLLIElement}
 */
export function offerRow(offer, link, words, more) {
  const entry = html("li", { class: "offer", "data-offer": offer.id }, anchor(link, "row"), more);
  fillRow(entry, offer, link, words);
  return entry;
}

/**
 * Say in a row what is known of its offer now. What it leads to and its picture, where that is
 * the same, stay in their place.
 *
 * @param {HTMLElement} entry
 * @param {Offer} offer
 * @param {string} link A safe one.
 * @param {Words} words
 */
export function fillRow(entry, offer, link, words) {
  const title = html("span", { class: "title", dir: "auto" }, offer.title);
  const shop = html("span", { class: "shop", dir: "auto" }, offer.shop || new URL(link).hostname);
  const preferred = words.say("preferred");
  const liked = html("span", { class: "liked", title: preferred, hidden: true }, icon("heart"),
    html("span", { class: "sr-only" }, preferred));
  const isPartner = offer.partner ? [html("span", { class: "badge" }, words.say("partner"))] : [];
  const facts = html("span", { class: "facts" },
    html("span", { class: "from" }, shop, liked, ...isPartner), title, priceLine(offer, words),
    termsLine(offer, words), ...otherReasons(offer, words), similarityLine(offer, words));
  const row = /** @type {HTMLElement} */ (entry.querySelector(".row"));
  // One that shows another picture by now keeps it until the new one has come.
  const picture = row.querySelector(".thumb")
    ?? html("span", { class: "thumb", "aria-hidden": "true" }, icon("hanger"));
  row.replaceChildren(picture, facts);
  addSellers(entry, offer, words);
}

/**
 * Say under a row where else the same product is sold.
 *
 * @param {HTMLElement} entry
 * @param {Offer} offer
 * @param {Words} words
 */
function addSellers(entry, offer, words) {
  entry.querySelector(".sellers")?.remove();
  const rows = offer.sellers.flatMap((seller) => {
    const link = safeLink(seller.link);
    if (!link) return [];
    const cost = seller.price ? words.price(seller.price.amount, seller.price.currency) : "";
    const shop = html("span", { class: "seller-name", dir: "auto" },
      seller.shop || new URL(link).hostname);
    const about = seller.converted
      ? [" ", aboutPrice(seller.converted, seller.price?.currency ?? "", words)] : [];
    return [html("li", { "data-offer": seller.id }, anchor(link, "seller", shop, " ",
      html(isLess(seller, offer) ? "strong" : "span", { class: "seller-price" }, cost, ...about)))];
  });
  if (rows.length) {
    const label = words.say("also_sold_by");
    entry.append(html("div", { class: "sellers" },
      html("span", { class: "sellers-name", "aria-hidden": "true" }, label),
      html("ul", { "aria-label": label }, ...rows)));
  }
}

/**
 * @param {import("./protocol.js").Seller} seller
 * @param {Offer} offer
 */
function isLess({ price: asked }, { price: other, currency }) {
  return asked !== null && other !== null && asked.currency === currency
    && Number(asked.amount) < Number(other);
}

/**
 * @param {string} link
 * @param {string} className
 * @param {...(Node | string)} children
 */
function anchor(link, className, ...children) {
  const attributes = { href: link, target: "_blank", rel: "noopener noreferrer", class: className };
  return html("a", { ...attributes, referrerpolicy: "no-referrer" }, ...children);
}

/**
 * @param {Offer} offer
 * @param {string} link
 */
export function chip(offer, link) {
  const text = html("span", { dir: "auto" }, offer.title);
  return html("li", { "data-offer": offer.id }, anchor(link, "chip", text));
}

/**
 * @param {HTMLElement} row
 * @param {string} data A data: URL.
 */
export function showThumbnail(row, data) {
  const image = html("img", { alt: "", src: data, draggable: "false" });
  row.querySelector(".thumb")?.replaceChildren(image);
}

/**
 * @param {Offer} offer
 * @param {Words} words
 */
function priceLine(offer, words) {
  const line = html("span", { class: "price-line" });
  const { price, currency, list_price: list } = offer;
  if (price !== null && currency !== null) {
    line.append(html("strong", { class: "price" }, words.price(price, currency)));
    if (list !== null && Number(list) > Number(price)) {
      const before = html("s", {}, words.price(list, currency));
      line.append(html("span", { class: "sr-only" }, words.say("price_before")), before);
    }
  }
  if (!line.hasChildNodes()) line.append(html("span", { class: "no-price" }, words.say("price_unknown")));
  if (offer.converted && currency) line.append(aboutPrice(offer.converted, currency, words));
  return line;
}

/**
 * A converted price: never in place of the shop's own.
 *
 * @param {import("./protocol.js").Converted} converted
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
 * What else is known of buying it: stock, condition, shipping.
 *
 * @param {Offer} offer
 * @param {Words} words
 */
function termsLine({ availability, condition, shipping }, words) {
  const line = html("span", { class: "terms" });
  if (availability) {
    line.append(html("span", { class: `stock ${availability}` }, words.say(availability)));
  }
  // New is what anybody expects.
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
  const text = others.map((reason) => reasonWords(reason, words)).join(", ");
  return text ? [html("span", { class: "shop", dir: "auto" }, text)] : [];
}

/**
 * @param {Offer} offer
 * @param {Words} words
 */
function similarityLine({ similarity, why }, words) {
  if (similarity === null) {
    return html("span", { class: "alike" }, html("span", {}, words.say("not_compared")));
  }
  const share = Math.min(1, Math.max(0, similarity));
  const degree = DEGREES.find(([, least]) => share >= least)?.[0] ?? "less_similar";
  const fill = html("span", { class: "fill" });
  fill.style.width = `${Math.round(share * 100)}%`;
  const bar = html("span", { class: "bar", "aria-hidden": "true" }, fill);
  const colour = why.includes("same colour")
    ? [", ", html("span", { class: "unbroken" }, reasonWords("same colour", words))] : [];
  return html("span", { class: "alike" }, bar, html("span", {}, words.say(degree), ...colour));
}

/**
 * @param {string} reason As the server says it; a newer one may have others.
 * @param {Words} words
 */
function reasonWords(reason, words) {
  const key = `why_${reason.replaceAll(" ", "_")}`;
  return words.has(key) ? words.say(key) : reason;
}
