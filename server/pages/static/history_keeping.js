/** Whether a history is kept: a switch, and what it means. */

import { historyKept, keepHistory } from "./history_api.js";
import { HOST } from "./host.js";
import { troubleCard } from "./trouble.js";
import { html } from "./ui/build.js";
import { toggleSwitch } from "./ui/toggle.js";
import { say } from "./words.js";

/**
 * @param {HTMLElement} place
 * @param {(keep: boolean) => void} changed Called with what is so, at first and after each change.
 */
export async function showKeeping(place, changed) {
  const { keep, fixed } = await historyKept();
  const meaning = html("p", { class: "small", role: "status" });
  const tell = (/** @type {boolean} */ isOn) => {
    meaning.textContent = say(isOn ? "history_kept" : fixed ? "history_never_kept" : "history_not_kept");
    changed(isOn);
  };
  const turn = async (/** @type {boolean} */ isOn) => {
    await keepHistory(isOn);
    place.querySelector(".trouble")?.remove();
    tell(isOn);
  };
  const toggle = toggleSwitch(HOST.words, say("history_keep"), keep, turn, (error) => {
    place.querySelector(".trouble")?.remove();
    place.append(troubleCard(error));
  });
  const head = html("div", { class: "provider" }, html("h2", {}, say("history_keep")), ...(fixed ? [] : [toggle]));
  place.replaceChildren(head, meaning);
  place.hidden = false;
  tell(keep);
}
