/** What of the shared interface is the extension's own. */

import { html } from "../ui/build.js";
import { on } from "./stage.js";

/** @typedef {import("../ui/host.js").Host} Host */

/**
 * @param {import("../ui/words.js").Words} words
 * @param {import("./pictures.js").Pictures} pictures
 * @param {(message: import("./messages.js").ToWorker) => void} send
 * @returns {Host}
 */
export function overlayHost(words, pictures, send) {
  return {
    words,
    listen: on,
    picture: (path) => pictures.get(path),
    keepWish: (name, wish) => send({ type: "wish", name, wish }),
    more: () => {
      const change = html("button", { type: "button", class: "link" }, words.say("change"));
      on(change, "click", () => send({ type: "options" }));
      return change;
    },
    appearance: {
      role: "dialog",
      leave: "close",
      chosen: "aria-expanded",
      name: (name) => name,
      saysNewTab: false,
      edge: 0,
      margin: 10,
    },
  };
}
