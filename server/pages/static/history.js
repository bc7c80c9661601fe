/** What was looked at and opened: searched through, saved, and forgotten one by one or at once. */

import "./frame.js";
import {
  clicks, cropOf, forgetAll, forgetClick, forgetLook, historyFile, keptLooks, pictureOf,
} from "./api.js";
import { button, HOST } from "./host.js";
import { showKeeping } from "./history_keeping.js";
import { troubleCard } from "./trouble.js";
import { byId, html, icon } from "./ui/build.js";
import { anchor, safeLink } from "./ui/links.js";
import { thumbnail } from "./ui/thumbnail.js";
import { say, words } from "./words.js";

/** @typedef {import("./ui/answers.js").Click} Click */
/** @typedef {import("./ui/answers.js").Look} Look */

const place = byId("history", HTMLElement);
const tools = byId("history-tools", HTMLElement);
const search = byId("history-search", HTMLInputElement);
const confirm = byId("confirm", HTMLDialogElement);

/** @type {Look[]} */
let looks = [];
/** @type {Click[]} */
let opened = [];
/** Without a history there may be one from before, unseen, that can be deleted. */
let isKept = true;
/** @type {() => Promise<boolean>} What the dialog asks about; whether it is gone. */
let forget = forgetAll;

async function show() {
  try {
    [looks, opened] = await Promise.all([keptLooks(), clicks()]);
    draw();
  } catch (error) {
    place.replaceChildren(troubleCard(error, show));
  }
  place.removeAttribute("aria-busy");
}

/** Show what has the words that were typed, all of them. */
function draw() {
  const wanted = search.value.trim().toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const has = (/** @type {string} */ text) => {
    const own = text.toLocaleLowerCase();
    return wanted.every((word) => own.includes(word));
  };
  const parts = [...pictures(looks.filter((look) => has(textOf(look)))),
    ...offers(opened.filter(({ title, shop, created_at: at }) => has([title, shop, words.moment(at)].join(" "))))];
  const isEmpty = looks.length + opened.length === 0;
  tools.hidden = isEmpty && isKept;
  const none = isEmpty ? say("history_empty") : say("history_nothing", search.value.trim());
  place.replaceChildren(...(parts.length ? parts : [empty(none)]));
}

/** @param {Look} look */
function textOf(look) {
  const names = look.garments.flatMap((garment) => [words.garment(garment), garment.category]);
  return [...names, words.moment(look.created_at)].join(" ");
}

/** @param {string} text */
function empty(text) {
  return html("p", { class: "empty" }, text);
}

/** @param {Look[]} shown */
function pictures(shown) {
  if (!shown.length) return [];
  const tiles = shown.map((look) => {
    const count = look.garments.length;
    const garments = count === 0 ? say("garments_none") : count === 1 ? say("garments_one") : say("garments_many", count);
    const name = say("picture_of", words.moment(look.created_at));
    return html("li", { class: "tile-place" },
      html("a", { class: "tile", href: `/?look=${encodeURIComponent(look.id)}` },
        html("img", { src: pictureOf(look.id), alt: name, loading: "lazy", decoding: "async" }),
        html("span", {}, garments)),
      forgetting(name, say("delete_picture_consequence"), () => forgetLook(look.id)));
  });
  return [html("section", {}, html("h2", {}, say("pictures")),
    html("ul", { class: "tiles" }, ...tiles))];
}

/** @param {Click[]} shown */
function offers(shown) {
  if (!shown.length) return [];
  return [html("section", {}, html("h2", {}, say("opened")),
    html("ol", { class: "offers" }, ...shown.map(clickRow)))];
}

/** @param {Click} click */
function clickRow(click) {
  const link = safeLink(click.link);
  const cost = click.price !== null && click.currency !== null
    ? [html("strong", { class: "price" }, words.price(click.price, click.currency))] : [];
  const facts = html("span", { class: "facts" },
    html("span", { class: "from" }, html("span", { class: "shop", dir: "auto" }, click.shop ?? "")),
    html("span", { class: "title", dir: "auto" }, click.title),
    html("span", { class: "price-line" }, ...cost,
      html("time", { datetime: click.created_at, class: "stock" }, words.moment(click.created_at))));
  const row = link ? anchor(link, "row", facts) : html("span", { class: "row" }, facts);
  return html("li", { class: "offer opened" }, ...foundFor(click), row,
    forgetting(click.title, say("delete_opened_consequence"), () => forgetClick(click.id)));
}

/**
 * What the offer was found for: not the offer, so it leads to its own picture.
 *
 * @param {Click} click
 */
function foundFor({ look_id: look, garment }) {
  if (look === null || garment === null) return [];
  const crop = thumbnail(HOST, cropOf(look, garment));
  crop.classList.add("crop");
  const [seen, said] = [say("found_for_short"), say("found_for")];
  // Who says to a browser what they see has to be understood.
  const label = said.toLowerCase().includes(seen.toLowerCase()) ? said : `${seen}: ${said}`;
  const query = new URLSearchParams({ garment: String(garment), look });
  return [html("a", { class: "found-for", href: `/?${query}`, "aria-label": label, title: label }, crop,
    html("span", { class: "found-for-words", "aria-hidden": "true" }, seen))];
}

/**
 * @param {string} name
 * @param {string} consequence
 * @param {() => Promise<boolean>} act
 */
function forgetting(name, consequence, act) {
  const label = say("delete_one", name);
  const element = button("", "round forget", () => ask(say("delete_one_question", name), consequence, say("delete"), act));
  element.setAttribute("aria-label", label);
  element.title = label;
  element.append(icon("close"));
  return element;
}

/**
 * @param {string} question
 * @param {string} consequence
 * @param {string} label
 * @param {() => Promise<boolean>} act
 */
function ask(question, consequence, label, act) {
  forget = act;
  byId("confirm-title", HTMLElement).textContent = question;
  byId("confirm-consequence", HTMLElement).textContent = consequence;
  byId("confirm-delete", HTMLButtonElement).textContent = label;
  confirm.returnValue = "";
  confirm.showModal();
}

async function save() {
  try {
    const address = URL.createObjectURL(await historyFile());
    html("a", { href: address, download: "history.json" }).click();
    URL.revokeObjectURL(address);
  } catch (error) {
    place.prepend(troubleCard(error));
  }
}

search.addEventListener("input", draw);
byId("history-save", HTMLButtonElement).addEventListener("click", save);
byId("delete-all", HTMLButtonElement).addEventListener("click", () =>
  ask(say("delete_question"), say("delete_consequence"), say("delete_all"), forgetAll));
confirm.addEventListener("close", async () => {
  if (confirm.returnValue !== "delete") return;
  const isAll = forget === forgetAll;
  try {
    const isGone = await forget();
    await show();
    if (isAll) place.replaceChildren(empty(say(isGone ? "deleted" : "deleted_later")));
    else if (!isGone) place.prepend(html("p", { class: "note", role: "status" }, say("deleted_later")));
    byId("main", HTMLElement).focus();
  } catch (error) {
    place.prepend(troubleCard(error));
  }
});
const keeping = byId("history-keeping", HTMLElement);
showKeeping(keeping, (keep) => {
  isKept = keep;
  void show();
}).catch((error) => {
  keeping.before(troubleCard(error));
  void show();
});
