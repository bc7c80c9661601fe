/** What was looked at, opened and put away: searched through, compared, and forgotten one by one or at once. */

import "./frame.js";
import { categories, cropOf, pictureOf, putAway } from "./api.js";
import { Confirming } from "./confirming.js";
import { forgetAll, forgetClick, forgetGarment, forgetLook, keptHistory, keptLooks } from "./history_api.js";
import { offerFiles } from "./history_files.js";
import { HistoryFilters } from "./history_filters.js";
import { button } from "./host.js";
import { showKeeping } from "./history_keeping.js";
import { foundFor, garmentAddress, keptThing, knownRow, removal } from "./kept_rows.js";
import { pricesButton } from "./prices_again.js";
import { removeSaved, savedPage } from "./saved_api.js";
import { troubleCard } from "./trouble.js";
import { byId, html } from "./ui/build.js";
import { say, words } from "./words.js";

/** @typedef {import("./kept_answers.js").History} History */
/** @typedef {import("./kept_answers.js").Known} Known */
/** @typedef {import("./ui/answers.js").Look} Look */
/** @typedef {{look: Look, garment: import("./ui/answers.js").Garment, at: string}} Garment */

const place = byId("history", HTMLElement);
const tools = byId("history-tools", HTMLElement);
const filters = new HistoryFilters(() => draw());
const confirming = new Confirming(({ act }, isGone) => void afterwards(act, isGone), (error) => place.prepend(troubleCard(error)));

/** @type {Look[]} */
let looks = [];
/** @type {History} */
let history = { opened: [], garments: [], putAway: [] };
/** @type {import("./kept_answers.js").SavedThing[]} */
let saved = [];
/** @type {Set<string>} Garments of which there are prices from before. */
let priced = new Set();
/** @type {import("./ui/answers.js").Category[]} */
let known = [];
/** Without a history there may be one from before, unseen, that can be deleted. */
let isKept = true;

async function show() {
  try {
    const [kept, all, page, names] = await Promise.all([keptLooks(), keptHistory(), savedPage(), categories()]);
    [looks, history, saved, known] = [kept, all, page.saved, names];
    priced = new Set([...all.opened, ...saved.filter(({ texts }) => texts === null)].map(placeOf));
    draw();
  } catch (error) {
    place.replaceChildren(troubleCard(error, show));
  }
  place.removeAttribute("aria-busy");
}

/** @param {{look: string | null, garment: number | null}} of */
function placeOf({ look, garment }) {
  return `${look} ${garment}`;
}

/** @returns {Garment[]} Newest first. */
function garments() {
  return history.garments.flatMap(({ look: id, number, at }) => {
    const look = looks.find((each) => each.id === id);
    const garment = look?.garments.find((each) => each.number === number);
    return look && garment ? [{ look, garment, at }] : [];
  });
}

/** Show what fits the filters. */
function draw() {
  const { opened, putAway: away } = history;
  const seen = garments();
  filters.offer(
    new Set([...looks.flatMap((look) => look.garments.map(({ category }) => category)),
      ...[...opened, ...saved, ...away].flatMap(({ category }) => category ?? [])]),
    new Set([...opened, ...saved, ...away].flatMap(({ shop }) => shop ?? [])), known);
  const parts = [
    ...section(say("pictures"), "ul", "tiles", looks.filter(showsLook).map(tile)),
    ...section(say("looked_at"), "ul", "offers", seen.filter(showsGarment).map(garmentRow)),
    ...section(say("opened"), "ol", "offers", opened.filter((one) => showsOffer("opened", one)).map(openedRow)),
    ...section(say("saved"), "ul", "offers", saved.filter(showsSaved).map(savedRow)),
    ...section(say("put_away_offers"), "ul", "offers", away.filter((one) => showsOffer("put_away", one)).map(putAwayRow)),
  ];
  const isEmpty = [looks, opened, seen, saved, away].every(({ length }) => length === 0);
  tools.hidden = isEmpty;
  byId("delete-all", HTMLElement).hidden = isEmpty && isKept;
  const wanted = filters.search.value.trim();
  const none = isEmpty ? say("history_empty") : wanted ? say("history_nothing", wanted) : say("history_no_such");
  place.replaceChildren(...(parts.length ? parts : [empty(none)]));
}

/**
 * @param {string} title
 * @param {"ul" | "ol"} list
 * @param {string} className
 * @param {HTMLElement[]} rows
 */
function section(title, list, className, rows) {
  return rows.length ? [html("section", {}, html("h2", {}, title), html(list, { class: className }, ...rows))] : [];
}

/** @param {string} text */
function empty(text) {
  return html("p", { class: "empty" }, text);
}

/** @param {Look} look */
function showsLook(look) {
  const names = look.garments.flatMap((garment) => [words.garment(garment), garment.category]);
  const text = [...names, words.moment(look.created_at)].join(" ");
  return filters.shows("pictures", { text, categories: look.garments.map(({ category }) => category), shops: [] });
}

/** @param {Garment} garment */
function showsGarment({ look, garment, at }) {
  const own = history.opened.filter((each) => each.look === look.id && each.garment === garment.number);
  const text = [words.garment(garment), garment.category, words.moment(at)].join(" ");
  return filters.shows("garments", { text, categories: [garment.category], shops: own.map(({ shop }) => shop) });
}

/**
 * @param {"opened" | "saved" | "put_away"} kind
 * @param {Known} one
 */
function showsOffer(kind, { title, shop, category, at }) {
  return filters.shows(kind, { text: [title, shop, words.moment(at)].join(" "), categories: [category], shops: [shop] });
}

/** @param {import("./kept_answers.js").SavedThing} thing */
function showsSaved(thing) {
  return showsOffer("saved", { ...thing, title: [thing.title, thing.texts?.[words.language]].join(" ") });
}

/** @param {Look} look */
function tile(look) {
  const count = look.garments.length;
  const said = count === 0 ? say("garments_none") : count === 1 ? say("garments_one") : say("garments_many", count);
  const name = say("picture_of", words.moment(look.created_at));
  return html("li", { class: "tile-place" },
    html("a", { class: "tile", href: `/?look=${encodeURIComponent(look.id)}` },
      html("img", { src: pictureOf(look.id), alt: name, loading: "lazy", decoding: "async" }), html("span", {}, said)),
    forgetting(name, say("delete_picture_consequence"), () => forgetLook(look.id)));
}

/** @param {Garment} seen */
function garmentRow({ look, garment, at }) {
  const name = words.capitalised(words.garment(garment));
  const prices = priced.has(placeOf({ look: look.id, garment: garment.number }))
    ? pricesButton(look.id, garment.number, name) : null;
  /** @type {Known} */
  const as = { title: name, link: null, shop: null, price: null, currency: null, category: garment.category,
    picture: null, look: look.id, garment: garment.number, at };
  const row = knownRow(as, {
    picture: cropOf(look.id, garment.number), link: garmentAddress(look.id, garment.number),
    tools: [...prices ? [prices.opener] : [],
      forgetting(name, say("delete_opened_consequence"), () => forgetGarment(look.id, garment.number))],
    more: prices ? [prices.place] : [],
  });
  row.classList.add("is-garment");
  return row;
}

/** @param {History["opened"][number]} opened */
function openedRow(opened) {
  const row = knownRow(opened, {
    tools: [...foundFor(opened), forgetting(opened.title, say("delete_opened_consequence"), () => forgetClick(opened.id))],
  });
  row.classList.add("opened");
  return row;
}

/** @param {import("./kept_answers.js").SavedThing} thing */
function savedRow(thing) {
  const remove = (/** @type {string} */ name) => removal(say("saved_remove", name), () => confirming.ask({
    title: say("saved_remove_question", name), consequence: say("saved_remove_consequence"), label: say("delete"),
    act: () => removeSaved(thing.id),
  }));
  return keptThing(thing, (name) => [remove(name)]);
}

/** @param {History["putAway"][number]} away */
function putAwayRow(away) {
  const back = button(say("put_back"), "button", async () => {
    try {
      await putAway(away.look, away.garment, away.offer, false);
      await show();
      byId("main", HTMLElement).focus();
    } catch (error) {
      place.prepend(troubleCard(error));
    }
  });
  back.setAttribute("aria-label", `${say("put_back")}: ${away.title}`);
  return knownRow(away, { tools: [...foundFor(away), back] });
}

/**
 * @param {string} name
 * @param {string} consequence
 * @param {() => Promise<unknown>} act
 */
function forgetting(name, consequence, act) {
  return removal(say("delete_one", name), () =>
    confirming.ask({ title: say("delete_one_question", name), consequence, label: say("delete"), act }));
}

/**
 * @param {() => Promise<unknown>} act What was done.
 * @param {boolean} isGone Whether it is deleted; else the server hides it until it can be.
 */
async function afterwards(act, isGone) {
  await show();
  if (act === forgetAll) place.replaceChildren(empty(say(isGone ? "deleted" : "deleted_later")));
  else if (!isGone) place.prepend(html("p", { class: "note", role: "status" }, say("deleted_later")));
  byId("main", HTMLElement).focus();
}

byId("delete-all", HTMLButtonElement).addEventListener("click", () => confirming.ask({
  title: say("delete_question"), consequence: say("delete_consequence"), label: say("delete_all"), act: forgetAll,
}));
offerFiles(show);
const keeping = byId("history-keeping", HTMLElement);
showKeeping(keeping, (keep) => {
  isKept = keep;
  void show();
}).catch((error) => {
  keeping.before(troubleCard(error));
  void show();
});
