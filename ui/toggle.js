/** A switch: what it is called, whether it is on, and what turning it does. */

import { html } from "./build.js";

/**
 * @param {import("./words.js").Words} words
 * @param {string} label
 * @param {boolean} isOn
 * @param {(isOn: boolean) => Promise<unknown>} turn Turns it; where that fails it stays as it was.
 * @param {(error: unknown) => void} failed
 * @returns {HTMLButtonElement}
 */
export function toggleSwitch(words, label, isOn, turn, failed) {
  const state = html("span", { class: "state" });
  const toggle = /** @type {HTMLButtonElement} */ (html("button",
    { type: "button", class: "switch", role: "switch", "aria-label": label },
    state, html("span", { class: "knob", "aria-hidden": "true" })));
  const draw = () => {
    toggle.setAttribute("aria-checked", String(isOn));
    state.textContent = words.say(isOn ? "on" : "off");
    state.classList.toggle("is-on", isOn);
  };
  toggle.addEventListener("click", async () => {
    toggle.disabled = true;
    try {
      await turn(!isOn);
      isOn = !isOn;
    } catch (error) {
      failed(error);
    }
    toggle.disabled = false;
    draw();
    toggle.focus();
  });
  draw();
  return toggle;
}
