/** Who asks to use the server, for a person to allow or refuse. */

import "./frame.js";
import { answerPairing, pairings } from "./pairing_api.js";
import { byId, html } from "./ui/build.js";
import { button } from "./host.js";
import { troubleCard } from "./trouble.js";
import { say } from "./words.js";

/** @typedef {import("./ui/protocol.js").Waiting} Waiting */

/** A click that was on its way when the question appeared is not an answer to it. */
const THINK_MS = 700;
const place = byId("pairing", HTMLElement);
/** The request that the extension opened this page for; any, where it did not say. */
const wanted = new URLSearchParams(location.search).get("request");

async function show() {
  try {
    const { waiting } = await pairings();
    const asked = waiting.filter(({ id }) => !wanted || id === wanted);
    if (asked.length) place.replaceChildren(...asked.flatMap(question));
    else place.replaceChildren(heading(), html("p", { class: "lead" }, say("pairing_none")));
  } catch (error) {
    place.replaceChildren(heading(), troubleCard(error, show));
  }
  place.removeAttribute("aria-busy");
}

/** What the page is about while nobody asks. */
function heading() {
  return html("h1", {}, say("devices"));
}

/** @param {Waiting} request */
function question({ id, name, origin, code }) {
  const row = html("section", { class: "pairing" });
  const answer = async (/** @type {boolean} */ isAllowed) => {
    try {
      await answerPairing(id, isAllowed);
      const text = say(isAllowed ? "pairing_allowed" : "pairing_refused");
      row.replaceChildren(heading(), html("p", { class: "lead", role: "status" }, text));
    } catch (error) {
      row.replaceChildren(heading(), troubleCard(error, show));
    }
  };
  const choices = [button(say("pairing_allow"), "button is-first", () => answer(true)),
    button(say("pairing_refuse"), "button", () => answer(false))];
  whenSeen(choices);
  row.append(html("h1", {}, say("pairing_title")), html("p", { class: "lead" }, say("pairing_asks", name)),
    html("p", {}, say("pairing_compare")), html("p", { class: "pairing-code" }, spaced(code)),
    html("div", { class: "actions" }, ...choices), html("p", { class: "small" }, say("pairing_from", origin)));
  return [row];
}

/**
 * Let buttons be pressed once the page has been in view for a moment: another page could have lured
 * the person into clicking where they are about to appear.
 *
 * @param {HTMLButtonElement[]} buttons
 */
function whenSeen(buttons) {
  let timer = 0;
  const wait = () => {
    clearTimeout(timer);
    for (const one of buttons) one.disabled = true;
    if (document.visibilityState !== "visible") return;
    timer = setTimeout(() => {
      for (const one of buttons) one.disabled = false;
    }, THINK_MS);
  };
  document.addEventListener("visibilitychange", wait);
  addEventListener("focus", wait);
  wait();
}

/** @param {string} code */
function spaced(code) {
  return `${code.slice(0, 3)} ${code.slice(3)}`;
}

show();
