/** The picture: first alone, with a bar that says what happens, then with its garments. */

import { button, HOST } from "./host.js";
import { html } from "./ui/build.js";
import { Silhouettes } from "./ui/silhouettes.js";
import { say } from "./words.js";

/** @typedef {import("./ui/answers.js").Look} Look */
/** @typedef {import("./ui/silhouettes.js").SilhouetteActions} SilhouetteActions */

export class PictureStage {
  /** @param {() => void} cancel */
  constructor(cancel) {
    this.image = html("img", { class: "picture", alt: say("your_picture") });
    this.frame = html("div", { class: "frame" }, this.image);
    this.fill = html("span", { class: "progress-fill" });
    this.text = html("span", { role: "status" });
    this.bar = html("div", { class: "notice", hidden: true },
      html("span", { class: "spinner", "aria-hidden": "true" }), this.text,
      button(say("cancel"), "quiet-button", cancel),
      html("span", { class: "progress", "aria-hidden": "true" }, this.fill));
    this.element = html("div", { class: "stage" }, this.frame, this.bar);
    /** @type {Silhouettes | null} */
    this.silhouettes = null;
    /** @type {string | null} */
    this.preview = null;
  }

  /** @param {Blob | null} file Shown while the server looks at it; null where it has the only copy. */
  async begin(file) {
    this.clear();
    if (!file) return;
    this.preview = URL.createObjectURL(file);
    await this.#show(this.preview);
  }

  /**
   * @param {Look} look
   * @param {string} address Of the picture, on the server.
   * @param {Omit<SilhouetteActions, "framing">} actions
   */
  async light(look, address, actions) {
    this.#fit(look.width, look.height);
    if (!this.preview || !this.image.naturalWidth) await this.#show(address);
    this.frame.classList.remove("is-empty");
    this.bar.hidden = true;
    this.frame.classList.remove("is-busy");
    const framing = (/** @type {boolean} */ isFraming) => this.frame.classList.toggle("is-framing", isFraming);
    const silhouettes = new Silhouettes(HOST, look, { ...actions, framing });
    silhouettes.drawing.addEventListener("pointerleave", () => silhouettes.leave());
    this.silhouettes = silhouettes;
    this.frame.append(silhouettes.element);
    this.element.append(silhouettes.framing.bar);
  }

  /**
   * @param {string} text
   * @param {number | null} [share] Of the work that is done, where it is known.
   */
  busy(text, share = null) {
    this.bar.hidden = false;
    this.frame.classList.add("is-busy");
    if (this.text.textContent !== text) this.text.textContent = text;
    this.fill.style.width = share === null ? "0" : `${Math.round(share * 100)}%`;
  }

  clear() {
    this.silhouettes?.element.remove();
    this.silhouettes?.framing.bar.remove();
    this.silhouettes = null;
    if (this.preview) URL.revokeObjectURL(this.preview);
    this.preview = null;
    this.image.removeAttribute("src");
    this.frame.classList.add("is-empty");
    this.frame.classList.remove("is-busy");
    this.bar.hidden = true;
    this.#fit(4, 5);
  }

  /** @param {string} address */
  async #show(address) {
    this.image.src = address;
    try {
      await this.image.decode();
    } catch (error) {
      // Another picture came meanwhile, or the browser cannot show what the server may.
      if (!(error instanceof DOMException)) throw error;
      return;
    }
    this.#fit(this.image.naturalWidth, this.image.naturalHeight);
    this.frame.classList.remove("is-empty");
  }

  /**
   * @param {number} width
   * @param {number} height
   */
  #fit(width, height) {
    this.frame.style.setProperty("--ratio", String(width / height));
  }
}
