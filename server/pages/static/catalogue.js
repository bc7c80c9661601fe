/** The page of the shops whose products the server keeps, and of these products. */

import "./frame.js";
import * as api from "./catalogue_api.js";
import { showLists } from "./catalogue_lists.js";
import { Products } from "./catalogue_products.js";
import { prepareFile } from "./prepare_file.js";
import { button } from "./host.js";
import { troubleCard } from "./trouble.js";
import { byId, html } from "./ui/build.js";
import { PreparingNote } from "./ui/preparing.js";
import { number, say, words } from "./words.js";

/** @typedef {import("./catalogue_api.js").Shop} Shop */
/** @typedef {import("./catalogue_api.js").Progress} Progress */

const ASK_AGAIN_MS = 2000;
/** @type {[number, string][]} */
const SCHEDULES = [[0, "every_never"], [1, "every_hour"], [24, "every_day"], [168, "every_week"]];

const place = byId("shops", HTMLUListElement);
const trouble = byId("trouble", HTMLElement);
const source = byId("source", HTMLInputElement);
const confirm = byId("confirm", HTMLDialogElement);
const products = new Products(fail);
const preparing = new PreparingNote(words);
byId("preparing", HTMLElement).append(preparing.element);
let wasPreparing = false;
let shown = "";
let timer = 0;
/** @type {Shop | null} */
let removing = null;

/** @param {unknown} error */
function fail(error) {
  trouble.replaceChildren(troubleCard(error));
}

async function show() {
  clearTimeout(timer);
  try {
    const { shops, adding, preparing: state } = await api.keptShops();
    showPreparing(state);
    const now = JSON.stringify([shops, adding]);
    // A button that has the focus stays; it is shown anew as soon as it has not.
    const isHeld = now !== shown && place.contains(document.activeElement);
    if (now !== shown && !isHeld) {
      place.replaceChildren(...adding.map((each) => newRow(each)), ...shops.map(shopRow));
      shown = now;
    }
    const counts = JSON.stringify(shops.map((shop) => [shop.id, shop.products, shop.searchable]));
    await products.follow(shops, counts);
    const busy = state?.going || [...adding, ...shops].some(({ progress }) => isGoing(progress));
    if (busy || isHeld) timer = window.setTimeout(show, ASK_AGAIN_MS);
  } catch (error) {
    fail(error);
  }
  place.removeAttribute("aria-busy");
}

/** @param {import("./ui/protocol.js").Preparing | null} now */
function showPreparing(now) {
  if (wasPreparing && !now?.going) preparing.finish(now);
  else if (now || !preparing.end.textContent) preparing.show(now);
  wasPreparing = now?.going === true;
}

/** @param {Progress | null} progress */
function isGoing(progress) {
  return progress !== null && (progress.state === "waiting" || progress.state === "running");
}

/** @param {import("./catalogue_api.js").Adding} adding */
function newRow({ source: address, progress }) {
  return html("li", {}, html("div", {}, html("h2", { dir: "auto" }, address)),
    ...progressParts(progress));
}

/**
 * @param {Progress | null} progress
 * @returns {HTMLElement[]}
 */
function progressParts(progress) {
  if (!progress) return [];
  if (progress.state === "failed") {
    return [html("p", { class: "note" }, say("shop_failed"), " ",
      html("span", { lang: "en" }, progress.text ?? ""))];
  }
  if (!isGoing(progress)) return [];
  const bar = html("progress", { "aria-label": say("shop_reading"),
    ...(progress.part ? { value: progress.part } : {}) });
  const done = progress.total
    ? say("shop_read_of", number(progress.items), number(progress.total))
    : say("shop_read", number(progress.items));
  const minutes = progress.seconds === null ? []
    : [" ", say("minutes_left", number(Math.max(1, Math.round(progress.seconds / 60))))];
  const parts = progress.state === "waiting" ? [say("shop_waits")] : [done, ...minutes];
  return [bar, html("p", { class: "note" }, ...parts)];
}

/** @param {Shop} shop */
function shopRow(shop) {
  const numbers = say("shop_numbers", number(shop.products), number(shop.searchable));
  const gone = shop.gone ? [" ", say("shop_gone", number(shop.gone))] : [];
  const going = isGoing(shop.progress);
  return html("li", {},
    html("div", {}, html("h2", { dir: "auto" }, shop.name),
      html("p", { class: "source" }, shop.source),
      html("p", { class: "numbers" }, numbers, ...gone)),
    ...progressParts(shop.progress), ...(going ? [] : notes(shop)),
    html("div", { class: "doing" }, ...(going ? [] : [refreshButton(shop)]), scheduleOf(shop),
      button(say("shop_remove"), "button", () => askToRemove(shop))));
}

/** @param {Shop} shop */
function notes(shop) {
  if (shop.note?.code === "shrank") return [html("p", { class: "note" }, say("shop_shrank"))];
  if (shop.unfinished) return [html("p", { class: "note" }, say("shop_unfinished"))];
  return shop.note?.text && shop.progress?.state !== "failed"
    ? [html("p", { class: "note" }, say("shop_failed"), " ",
      html("span", { lang: "en" }, shop.note.text))] : [];
}

/** @param {Shop} shop */
function refreshButton(shop) {
  const shrank = shop.note?.code === "shrank";
  const text = shrank ? say("shop_accept")
    : shop.unfinished ? say("shop_go_on") : say("shop_refresh");
  return button(text, "button", () => act(() => api.refreshShop(shop.id, shrank)));
}

/** @param {Shop} shop */
function scheduleOf(shop) {
  const every = html("select", { "aria-label": say("shop_schedule", shop.name) },
    ...SCHEDULES.map(([hours, key]) => html("option",
      { value: hours, selected: hours === shop.everyHours }, say(key))));
  every.addEventListener("change", () => act(() => api.scheduleShop(shop.id, Number(every.value))));
  return every;
}

/** @param {Shop} shop */
function askToRemove(shop) {
  removing = shop;
  byId("confirm-title", HTMLElement).textContent = say("shop_remove_question", shop.name);
  confirm.returnValue = "";
  confirm.showModal();
}

/** @param {() => Promise<void>} change */
async function act(change) {
  trouble.replaceChildren();
  try {
    await change();
    if (document.activeElement instanceof HTMLElement && place.contains(document.activeElement)) {
      document.activeElement.blur();
    }
    await show();
  } catch (error) {
    fail(error);
  }
}

/**
 * @param {string} address
 * @param {string} [name]
 */
async function add(address, name) {
  await act(() => api.addShop(address, name));
}

byId("add", HTMLFormElement).addEventListener("submit", async (event) => {
  event.preventDefault();
  const address = source.value.trim();
  if (!address) {
    source.focus();
    return;
  }
  await add(address);
  if (!trouble.childElementCount) source.value = "";
});
confirm.addEventListener("close", () => {
  const shop = removing;
  removing = null;
  if (shop && confirm.returnValue === "remove") void act(() => api.removeShop(shop.id));
});
byId("picture-field", HTMLInputElement).addEventListener("change", async (event) => {
  const field = /** @type {HTMLInputElement} */ (event.target);
  const [file] = field.files ?? [];
  if (!file) return;
  trouble.replaceChildren();
  try {
    await products.showLike(await prepareFile(file));
  } catch (error) {
    fail(error);
  }
  field.value = "";
});
byId("lists", HTMLDetailsElement).addEventListener("toggle", () => {
  void showLists(byId("list-shops", HTMLElement), add, fail);
}, { once: true });
show();
