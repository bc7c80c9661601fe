/** "Is it cheaper now?": another search, and each price then and now. */

import { button } from "./host.js";
import { pricesAgain } from "./history_api.js";
import { priceText } from "./kept_rows.js";
import { troubleCard } from "./trouble.js";
import { html } from "./ui/build.js";
import { anchor, safeLink } from "./ui/links.js";
import { say, words } from "./words.js";

/** @typedef {import("./kept_answers.js").PriceAgain} PriceAgain */

/** @type {Record<string, string>} What is said of a price. */
const CHANGES = {
  lower: "price_lower", higher: "price_higher", same: "price_same", unknown: "price_not_comparable",
  "not found": "price_not_found",
};

/**
 * @param {string} look
 * @param {number} garment
 * @param {string} name Of the garment.
 * @returns {{opener: HTMLElement, place: HTMLElement}} The button, and where its answer is shown.
 */
export function pricesButton(look, garment, name) {
  const place = html("div", { class: "prices", role: "status" });
  const opener = button(say("cheaper_now"), "button", () => void show());
  opener.setAttribute("aria-label", say("cheaper_named", name));
  const show = async () => {
    opener.disabled = true;
    place.replaceChildren(html("p", { class: "small" }, say("searching")));
    try {
      const prices = await pricesAgain(look, garment);
      place.replaceChildren(prices.length ? html("ul", {}, ...prices.map(line))
        : html("p", { class: "small" }, say("prices_none")));
    } catch (error) {
      place.replaceChildren(troubleCard(error));
    }
    opener.disabled = false;
  };
  return { opener, place };
}

/** @param {PriceAgain} again */
function line({ then, now, change }) {
  const before = priceText(then.price, then.currency) ?? say("price_unknown");
  const after = now ? priceText(now.price, now.currency) : null;
  const link = now ? safeLink(now.link) : null;
  const title = link ? anchor(link, "link", html("bdi", {}, then.title), html("span", { class: "sr-only" }, ` (${say("new_tab")})`))
    : html("bdi", {}, then.title);
  const elsewhere = now?.isElsewhere && now.shop
    ? [html("span", { class: "small", dir: "auto" }, say("price_elsewhere", now.shop))] : [];
  return html("li", {}, html("span", { class: "prices-title" }, title),
    html("span", { class: "prices-then" }, say("price_then", before, words.moment(then.at))),
    ...after ? [html("strong", { class: "prices-now" }, say("price_now", after))] : [],
    html("span", { class: `prices-change is-${change.replaceAll(" ", "-")}` }, say(CHANGES[change] ?? "price_not_comparable")),
    ...elsewhere);
}
