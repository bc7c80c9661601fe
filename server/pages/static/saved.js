/** What was saved, in lists with names: to look through, to sort into lists, to share and to print. */

import "./frame.js";
import { Confirming } from "./confirming.js";
import { button } from "./host.js";
import { keptThing, removal } from "./kept_rows.js";
import { deleteList, makeList, moveSaved, removeAllSaved, removeSaved, renameList, savedPage } from "./saved_api.js";
import { troubleCard } from "./trouble.js";
import { byId, html } from "./ui/build.js";
import { say, words } from "./words.js";

/** @typedef {import("./kept_answers.js").SavedThing} SavedThing */
/** @typedef {import("./kept_answers.js").SavedList} SavedList */

const place = byId("saved", HTMLElement);
const tools = byId("saved-tools", HTMLElement);
const tabs = byId("saved-lists", HTMLElement);
const form = byId("list-form", HTMLFormElement);
const nameField = byId("list-name", HTMLInputElement);
const note = byId("saved-note", HTMLElement);
const confirming = new Confirming(() => void again(), fail);

/** @type {SavedThing[]} */
let saved = [];
/** @type {SavedList[]} */
let lists = [];
/** @type {SavedList | null} The list that the form renames; null for a new one. */
let renamed = null;

async function show() {
  try {
    ({ saved, lists } = await savedPage());
    draw();
  } catch (error) {
    place.replaceChildren(troubleCard(error, show));
  }
  place.removeAttribute("aria-busy");
}

async function again() {
  await show();
  byId("main", HTMLElement).focus();
}

/** @param {unknown} error */
function fail(error) {
  place.prepend(troubleCard(error));
}

/** @returns {SavedList | null} The list that the address names. */
function chosen() {
  const id = Number(new URLSearchParams(location.search).get("list"));
  return lists.find((list) => list.id === id) ?? null;
}

function draw() {
  const list = chosen();
  const shown = list ? saved.filter((thing) => thing.list === list.id) : saved;
  byId("saved-heading", HTMLElement).textContent = list?.name ?? say("saved");
  tools.hidden = saved.length + lists.length === 0;
  tabs.replaceChildren(tab("/saved", say("list_all"), saved.length, !list), ...lists.map((each) =>
    tab(`/saved?list=${each.id}`, each.name, saved.filter((thing) => thing.list === each.id).length, each === list)));
  for (const own of document.querySelectorAll(".of-list")) own.toggleAttribute("hidden", !list);
  for (const all of document.querySelectorAll(".of-all")) all.toggleAttribute("hidden", Boolean(list));
  const none = html("p", { class: "empty" }, say(list ? "list_empty" : "saved_empty"));
  place.replaceChildren(...(shown.length ? [html("ul", { class: "offers saved-things" }, ...shown.map(row))] : [none]));
}

/**
 * @param {string} address
 * @param {string} name
 * @param {number} count
 * @param {boolean} isChosen
 */
function tab(address, name, count, isChosen) {
  return html("a", { class: "toggle", href: address, "aria-current": isChosen ? "page" : undefined },
    html("bdi", {}, name), " ", html("span", { class: "tab-count" }, words.number(count)));
}

/** @param {SavedThing} thing */
function row(thing) {
  const remove = (/** @type {string} */ name) => removal(say("saved_remove", name), () => confirming.ask({
    title: say("saved_remove_question", name), consequence: say("saved_remove_consequence"), label: say("delete"),
    act: () => removeSaved(thing.id),
  }));
  return keptThing(thing, (name) => [...lists.length ? [chooser(thing, name)] : [], remove(name)],
    thing.link ? [html("span", { class: "printed" }, thing.link)] : []);
}

/**
 * @param {SavedThing} thing
 * @param {string} name
 */
function chooser(thing, name) {
  const select = html("select", { "aria-label": say("list_of", name) }, html("option", { value: "" }, say("list_none")),
    ...lists.map((list) => html("option", { value: list.id }, list.name)));
  select.value = thing.list === null ? "" : String(thing.list);
  select.addEventListener("change", async () => {
    try {
      await moveSaved(thing.id, select.value ? Number(select.value) : null);
      thing.list = select.value ? Number(select.value) : null;
      const isGone = chosen() !== null && chosen()?.id !== thing.list;
      draw();
      const own = place.querySelectorAll("select");
      if (isGone || !own.length) byId("main", HTMLElement).focus();
      else [...own].find((each) => each.getAttribute("aria-label") === say("list_of", name))?.focus();
    } catch (error) {
      fail(error);
    }
  });
  return select;
}

/** @param {SavedList | null} list */
function openForm(list) {
  renamed = list;
  form.hidden = false;
  nameField.value = list?.name ?? "";
  nameField.focus();
  nameField.select();
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const name = nameField.value.trim();
  if (!name) return;
  form.querySelector(".trouble")?.remove();
  try {
    if (renamed) await renameList(renamed.id, name);
    else await makeList(name);
    form.hidden = true;
    await again();
  } catch (error) {
    form.append(troubleCard(error));
  }
});
form.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  form.hidden = true;
  byId("list-new", HTMLElement).focus();
});
byId("list-new", HTMLElement).addEventListener("click", () => openForm(null));
byId("list-rename", HTMLElement).addEventListener("click", () => openForm(chosen()));
byId("list-delete", HTMLElement).addEventListener("click", () => {
  const list = chosen();
  if (!list) return;
  confirming.ask({
    title: say("list_delete_question", list.name), consequence: say("list_delete_consequence"), label: say("delete"),
    act: async () => {
      await deleteList(list.id);
      history.replaceState(null, "", "/saved");
    },
  });
});
byId("saved-delete", HTMLElement).addEventListener("click", () => confirming.ask({
  title: say("saved_delete_question"), consequence: say("saved_delete_consequence"), label: say("delete_all"),
  act: removeAllSaved,
}));
byId("saved-print", HTMLElement).addEventListener("click", () => print());
// Only where the browser lets a page write there: over HTTPS, and on this machine.
if (navigator.clipboard) {
  const copy = button(say("copy_link"), "button", async () => {
    try {
      await navigator.clipboard.writeText(location.href);
      note.textContent = say("copied");
    } catch {
      note.textContent = location.href;
    }
  });
  byId("saved-print", HTMLElement).after(copy);
}
void show();
