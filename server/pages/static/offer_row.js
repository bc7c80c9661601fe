/** One offer as a row of the list. */

import { html, icon } from "./build.js";
import { anchor, safeLink } from "./links.js";
import { day, has, list, price, say } from "./words.js";

/** @typedef {import("./protocol.js").Offer} Offer */

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
 * @param {Offer} offer
 * @param {string} link A safe one.
 * @param {HTMLElement} more What can be done about its shop.
 * @returns {HTMLLIElement}
 */
export function offerRow(offer, link, more) {
  const entry = html("li", { class: "offer", "data-offer": offer.id }, anchor(link, "row"), more);
  fillRow(entry, offer, link);
  return entry;
}

/**
 * Say in a row what is known of its offer now. What it leads to and its picture, where that is
 * the same, stay in their place.
 *
 * @param {HTMLElement} entry
 * @param {Offer} offer
 * @param {string} link A safe one.
 */
export function fillRow(entry, offer, link) {
  const shop = html("span", { class: "shop", dir: "auto" }, offer.shop || new URL(link).hostname);
  const liked = html("span", { class: "liked", title: say("preferred"), hidden: true }, icon("heart"),
    html("span", { class: "sr-only" }, say("preferred")));
  const badge = offer.partner ? [html("span", { class: "badge" }, say("partner"))] : [];
  const facts = html("span", { class: "facts" },
    html("span", { class: "from" }, shop, liked, ...badge),
    html("span", { class: "title", dir: "auto" }, offer.title),
    priceLine(offer), termsLine(offer), ...otherReasons(offer), similarityLine(offer));
  const row = /** @type {HTMLElement} */ (entry.querySelector(".row"));
  const shown = row.querySelector(".thumb");
  const picture = shown?.getAttribute("data-picture") === offer.picture ? shown : thumbnail(offer.picture);
  if (offer.picture) picture?.setAttribute("data-picture", offer.picture);
  row.replaceChildren(picture ?? "", facts, html("span", { class: "sr-only" }, ` (${say("new_tab")})`));
  const why = offer.why.map(reasonWords);
  row.title = why.length ? say("why", list(why)) : "";
  addSellers(entry, offer);
}

/**
 * Say under a row where else the same product is sold.
 *
 * @param {HTMLElement} entry
 * @param {Offer} offer
 */
function addSellers(entry, offer) {
  entry.querySelector(".sellers")?.remove();
  const rows = offer.sellers.flatMap((seller) => {
    const link = safeLink(seller.link);
    if (!link) return [];
    const cost = seller.price ? price(seller.price.amount, seller.price.currency) : "";
    const shop = html("span", { class: "seller-name", dir: "auto" },
      seller.shop || new URL(link).hostname);
    const about = seller.converted ? [" ", aboutPrice(seller.converted, seller.price?.currency ?? "")] : [];
    return [html("li", { "data-offer": seller.id }, anchor(link, "seller", shop, " ",
      html(isLess(seller, offer) ? "strong" : "span", { class: "seller-price" }, cost, ...about),
      html("span", { class: "sr-only" }, ` (${say("new_tab")})`)))];
  });
  if (rows.length) {
    const label = say("also_sold_by");
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

/** @param {Offer} offer */
export function chip(offer, /** @type {string} */ link) {
  const tail = html("span", { class: "sr-only" }, ` (${say("new_tab")})`);
  return html("li", { "data-offer": offer.id },
    anchor(link, "chip", html("span", { dir: "auto" }, offer.title), tail));
}

/** @param {string | null} address Of a picture on this server. */
export function thumbnail(address) {
  const place = html("span", { class: "thumb", "aria-hidden": "true" }, icon("hanger"));
  // Nothing but this server's own pictures: the page's policy would refuse others anyway.
  if (!address?.startsWith("/")) return place;
  const image = html("img", { alt: "", src: address, loading: "lazy", decoding: "async" });
  image.addEventListener("load", () => place.replaceChildren(image));
  image.addEventListener("error", () => image.remove());
  image.classList.add("is-loading");
  place.append(image);
  return place;
}

/** @param {Offer} offer */
function priceLine(offer) {
  const line = html("span", { class: "price-line" });
  const { currency, list_price: listed } = offer;
  if (offer.price !== null && currency !== null) {
    line.append(html("strong", { class: "price" }, price(offer.price, currency)));
    if (listed !== null && Number(listed) > Number(offer.price)) {
      line.append(html("span", { class: "sr-only" }, say("price_before")),
        html("s", {}, price(listed, currency)));
    }
  }
  if (!line.hasChildNodes()) line.append(html("span", { class: "no-price" }, say("price_unknown")));
  if (offer.converted && currency) line.append(aboutPrice(offer.converted, currency));
  return line;
}

/**
 * A converted price: never in place of the shop's own.
 *
 * @param {import("./protocol.js").Converted} converted
 * @param {string} currency The shop's.
 */
function aboutPrice(converted, currency) {
  const one = `1 ${currency}`;
  const other = `${converted.rate} ${converted.currency}`;
  const title = converted.source === "ecb" ? say("rate_ecb", one, other, day(converted.as_of ?? ""))
    : say("rate_given", one, other);
  return html("span", { class: "about", title }, html("span", { "aria-hidden": "true" }, "≈ "),
    html("span", { class: "sr-only" }, `${say("about")} `), price(converted.price, converted.currency));
}

/** @param {Offer} offer What else is known of buying it: stock, condition, shipping. */
function termsLine({ availability, condition, shipping }) {
  const line = html("span", { class: "terms" });
  if (availability) line.append(html("span", { class: `stock ${availability}` }, say(availability)));
  // New is what anybody expects.
  if (condition && condition !== "new") {
    line.append(html("span", { class: "condition" }, say(condition)));
  }
  if (shipping) {
    const cost = Number(shipping.amount) === 0 ? say("free_shipping")
      : say("shipping", price(shipping.amount, shipping.currency));
    line.append(html("span", { class: "shipping" }, cost));
  }
  line.hidden = line.childElementCount === 0;
  return line;
}

/** @param {string} reason As the server says it; a newer one may have others. */
function reasonWords(reason) {
  return has(`why ${reason}`) ? say(`why ${reason}`) : reason;
}

/** @param {Offer} offer */
function otherReasons({ why }) {
  const text = list(why.filter((reason) => !SHOWN_REASONS.has(reason)).map(reasonWords));
  return text ? [html("span", { class: "shop", dir: "auto" }, text)] : [];
}

/** @param {Offer} offer */
function similarityLine({ similarity, why }) {
  if (similarity === null) {
    return html("span", { class: "alike" }, html("span", {}, say("not_compared")));
  }
  const share = Math.min(1, Math.max(0, similarity));
  const degree = DEGREES.find(([, least]) => share >= least)?.[0] ?? "less_similar";
  const colour = why.includes("same colour")
    ? [", ", html("span", { class: "unbroken" }, reasonWords("same colour"))] : [];
  const fill = html("span", { class: "fill" });
  fill.style.width = `${Math.round(share * 100)}%`;
  return html("span", { class: "alike" },
    html("span", { class: "bar", "aria-hidden": "true" }, fill), html("span", {}, say(degree), ...colour));
}
