/** What of the shared interface is the extension's own. */

import { html } from "../ui/build.js";
import { on } from "./stage.js";

/** @typedef {import("../ui/host.js").Host} Host */
/** @typedef {import("./questions.js").Questions} Questions */

/**
 * @param {import("../ui/words.js").Words} words
 * @param {import("./pictures.js").Pictures} pictures
 * @param {Questions} questions
 * @param {(message: import("./messages.js").ToWorker) => void} send
 * @returns {Host}
 */
export function overlayHost(words, pictures, questions, send) {
  return {
    words,
    listen: on,
    picture: (path) => pictures.get(path),
    keepWish: (name, wish) => send({ type: "wish", name, wish }),
    change: (look, change) => questions.ask({ type: "change", look, change }),
    categories: () => questions.ask({ type: "categories?" }),
    colours: () => questions.ask({ type: "colours?" }),
    understand: (text) => questions.ask({ type: "understand", text }),
    putAway: (look, garment, offer, isAway) => questions.ask({ type: "put", look, garment, offer, isAway }),
    like: (look, garment, offer) => questions.ask({ type: "like", look, garment, offer }),
    saved: (look) => questions.ask({ type: "saved?", look }),
    save: (look, garment, offer, isSaved) => questions.ask({ type: "save", look, garment, offer, isSaved }),
    saw: (look, garment) => send({ type: "saw", look, garment }),
    preparing: () => questions.ask({ type: "preparing?" }),
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
