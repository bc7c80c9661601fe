/** A code to scan, which signs a phone in; and who is signed in. */

import { endSession, makeLink, sessions } from "./session_api.js";
import { byId, html, svg } from "./ui/build.js";
import { button } from "./host.js";
import { troubleCard } from "./trouble.js";
import { say, words } from "./words.js";

/** Light modules that belong around a code, on each side. */
const QUIET = 4;

/** Let the button make a code, each time another one. */
export function offerCode() {
  const place = byId("phone-code", HTMLElement);
  const show = byId("phone-show", HTMLButtonElement);
  show.addEventListener("click", async () => {
    show.disabled = true;
    try {
      const { rows, seconds } = await makeLink();
      place.replaceChildren(code(rows),
        html("p", { class: "small", role: "status" }, say("phone_until", Math.round(seconds / 60))));
    } catch (error) {
      place.replaceChildren(troubleCard(error));
    }
    show.disabled = false;
  });
  show.disabled = false;
}

/** @param {string[]} rows Dark modules are 1. */
function code(rows) {
  const size = rows.length + 2 * QUIET;
  const dark = rows.flatMap((row, y) => [...row].flatMap((module, x) =>
    (module === "1" ? [svg("rect", { x: x + QUIET, y: y + QUIET, width: 1, height: 1 })] : [])));
  return svg("svg", { class: "qr", viewBox: `0 0 ${size} ${size}`, role: "img", "aria-label": say("phone_alt") },
    svg("rect", { class: "qr-light", width: size, height: size }), ...dark);
}

export async function showSessions() {
  const all = await sessions();
  byId("sessions", HTMLElement).hidden = all.length === 0;
  byId("session-list", HTMLUListElement).replaceChildren(...all.map(row));
}

/** @param {import("./ui/protocol.js").Session} session */
function row({ id, name, since, is_own: isOwn }) {
  const title = name || say("session_unnamed");
  const remove = button(say("sign_out"), "button", async () => {
    try {
      await endSession(id);
      await showSessions();
    } catch (error) {
      item.append(troubleCard(error));
    }
  });
  remove.setAttribute("aria-label", say("sign_out_other", title));
  const item = html("li", {}, html("div", { class: "provider" }, html("h3", {}, html("bdi", {}, title)),
    isOwn ? html("span", { class: "state is-on" }, say("this_browser")) : remove),
    html("p", {}, say("device_since", words.moment(since))));
  return item;
}
