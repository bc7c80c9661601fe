/** What was looked at and opened. */

import "./frame.js";
import { clicks, cropOf, forgetAll, keptLooks, pictureOf } from "./api.js";
import { HOST } from "./host.js";
import { troubleCard } from "./trouble.js";
import { byId, html } from "./ui/build.js";
import { anchor, safeLink } from "./ui/links.js";
import { thumbnail } from "./ui/thumbnail.js";
import { say, words } from "./words.js";

/** @typedef {import("./ui/answers.js").Click} Click */
/** @typedef {import("./ui/answers.js").Look} Look */

const place = byId("history", HTMLElement);
const deleteAll = byId("delete-all", HTMLButtonElement);
const confirm = byId("confirm", HTMLDialogElement);

async function show() {
  try {
    const [looks, opened] = await Promise.all([keptLooks(), clicks()]);
    const parts = [...pictures(looks), ...offers(opened)];
    place.replaceChildren(...(parts.length ? parts : [empty(say("history_empty"))]));
    deleteAll.hidden = parts.length === 0;
  } catch (error) {
    place.replaceChildren(troubleCard(error, show));
  }
  place.removeAttribute("aria-busy");
}

/** @param {string} text */
function empty(text) {
  return html("p", { class: "empty" }, text);
}

/** @param {Look[]} looks */
function pictures(looks) {
  if (!looks.length) return [];
  const tiles = looks.map((look) => {
    const count = look.garments.length;
    const garments = count === 1 ? say("garments_one") : say("garments_many", count);
    const alt = say("picture_of", words.moment(look.created_at));
    return html("li", {}, html("a", { class: "tile", href: `/?look=${encodeURIComponent(look.id)}` },
      html("img", { src: pictureOf(look.id), alt, loading: "lazy", decoding: "async" }),
      html("span", {}, garments)));
  });
  return [html("section", {}, html("h2", {}, say("pictures")),
    html("ul", { class: "tiles" }, ...tiles))];
}

/** @param {Click[]} opened */
function offers(opened) {
  if (!opened.length) return [];
  return [html("section", {}, html("h2", {}, say("opened")),
    html("ol", { class: "offers" }, ...opened.map(clickRow)))];
}

/** @param {Click} click */
function clickRow(click) {
  const known = click.look_id !== null && click.garment !== null;
  const picture = thumbnail(HOST, known ? cropOf(String(click.look_id), Number(click.garment)) : null);
  picture.classList.add("crop");
  const link = safeLink(click.link);
  const cost = click.price !== null && click.currency !== null
    ? [html("strong", { class: "price" }, words.price(click.price, click.currency))] : [];
  const facts = html("span", { class: "facts" },
    html("span", { class: "from" }, html("span", { class: "shop", dir: "auto" }, click.shop ?? "")),
    html("span", { class: "title", dir: "auto" }, click.title),
    html("span", { class: "price-line" }, ...cost,
      html("time", { datetime: click.created_at, class: "stock" }, words.moment(click.created_at))));
  const row = link ? anchor(link, "row", picture, facts) : html("span", { class: "row" }, picture, facts);
  return html("li", { class: "offer" }, row);
}

deleteAll.addEventListener("click", () => {
  confirm.returnValue = "";
  confirm.showModal();
});
confirm.addEventListener("close", async () => {
  if (confirm.returnValue !== "delete") return;
  try {
    await forgetAll();
    place.replaceChildren(empty(say("deleted")));
    deleteAll.hidden = true;
    byId("main", HTMLElement).focus();
  } catch (error) {
    place.prepend(troubleCard(error));
  }
});
show();
