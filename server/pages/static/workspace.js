/** A picture, its garments, and the offers of the one that was chosen. */

import { changeLook, likeOffer, noteClick, pictureOf } from "./api.js";
import { anotherButton, garmentList } from "./garment_list.js";
import { button, HOST } from "./host.js";
import { PictureStage } from "./picture_stage.js";
import { nameProviders, search, searchOfOutfit } from "./searching.js";
import { keptShops } from "./shops.js";
import { troubleCard } from "./trouble.js";
import { html } from "./ui/build.js";
import { nextGarment } from "./ui/changes.js";
import { anything } from "./ui/choice.js";
import { OfferPanel } from "./ui/offer_panel.js";
import { Outfit } from "./ui/outfit.js";
import { problemOf, problemWords } from "./ui/problems.js";
import { say, words } from "./words.js";

/** @typedef {import("./ui/answers.js").Look} Look */
/** @typedef {import("./ui/answers.js").Garment} Garment */
/** @typedef {import("./ui/answers.js").Liked} Liked */

export class Workspace {
  /**
   * @param {HTMLElement} element
   * @param {() => void} leave Back to where a picture is chosen.
   * @param {(garment: Garment | null, isNew: boolean) => void} moved Another garment's offers are shown,
   *   or none are; or (not `isNew`) other offers of the same one are wanted.
   * @param {{liked: (liked: Liked, title: string) => void, origin: () => import("./ui/offer_panel.js").Origin | null}}
   *   likes `liked`: an offer is what is wanted now; `origin`: where it was found.
   */
  constructor(element, leave, moved, likes) {
    this.likes = likes;
    this.element = element;
    this.leave = leave;
    this.moved = moved;
    this.stage = new PictureStage(leave);
    this.side = html("div", { class: "side" });
    /** @type {Look | null} */
    this.look = null;
    /** @type {OfferPanel | null} */
    this.panel = null;
    /** @type {Outfit | null} */
    this.outfit = null;
    this.search = new AbortController();
    this.choice = { ...anything(), shops: keptShops() };
    element.append(html("h1", { class: "sr-only" }, say("picture_and_offers")), this.stage.element, this.side);
    addEventListener("keydown", (event) => {
      // One thing at a time: the first Escape closes the menu, the next the panel.
      if (event.key !== "Escape" || this.stage.silhouettes?.framing.cancel()) return;
      if (this.outfit) this.#unchoose();
      else if (this.panel && !this.panel.closeMenu()) this.#unchoose();
    });
  }

  /** @param {Blob | null} file */
  async begin(file) {
    this.clear();
    await this.stage.begin(file);
  }

  /** @param {Look} look */
  async show(look) {
    this.look = look;
    await this.stage.light(look, pictureOf(look.id), {
      choose: (garment) => this.#choose(garment),
      framed: (changed) => this.#change(changed, 0),
    });
    if (this.look !== look) return;
    this.#list(look);
    this.heading?.focus({ preventScroll: true });
  }

  /**
   * Show what an address says, which is where the page is already.
   *
   * @param {number | null} number Of a garment.
   * @param {import("./address.js").Wanted} wanted
   */
  turnTo(number, wanted) {
    const garment = this.look?.garments.find((each) => each.number === number);
    const { moved } = this;
    this.moved = () => {};
    if (garment && this.look) {
      Object.assign(this.choice, wanted);
      if (this.panel?.garment !== garment) this.#open(this.look, garment, wanted);
      else if (this.panel.want(wanted)) this.#search(this.panel);
    } else if (this.panel) {
      this.#unchoose();
    }
    this.moved = moved;
  }

  /**
   * @param {unknown} error
   * @param {() => void} retry
   */
  fail(error, retry) {
    this.stage.bar.hidden = true;
    this.stage.frame.classList.remove("is-busy");
    const card = troubleCard(error, retry);
    card.querySelector(".actions")?.append(anotherButton(this.leave));
    this.side.replaceChildren(card);
  }

  /**
   * Say briefly what went wrong; what is shown stays.
   *
   * @param {unknown} error
   */
  mention(error) {
    this.side.querySelector(".mention")?.remove();
    const text = problemWords(problemOf(error), words).join(". ");
    const note = html("div", { class: "shop-notice mention", role: "status" },
      html("span", { class: "shop-notice-text" }, text));
    const close = button(say("close"), "link", () => note.remove());
    note.append(close);
    this.side.prepend(note);
  }

  clear() {
    this.#endPanel();
    this.look = null;
    this.element.classList.remove("has-panel");
    this.stage.clear();
    this.side.replaceChildren();
  }

  /** @param {Look} look */
  #list(look) {
    const list = garmentList(look, {
      choose: (garment) => this.#choose(garment),
      point: (garment) => this.stage.silhouettes?.point(garment),
      frame: () => this.#startFrame(),
      outfit: () => this.#openOutfit(),
      leave: this.leave,
    });
    this.heading = list.heading;
    this.side.replaceChildren(list.element);
  }

  #startFrame() {
    scrollTo({ top: 0, behavior: motion() });
    this.stage.silhouettes?.framing.start();
  }

  /**
   * Show what a look has become, and open what was added or changed in it.
   *
   * @param {Look} look
   * @param {number} number Of the garment that was changed; 0 for none.
   */
  #change(look, number) {
    const before = this.look;
    if (before?.id !== look.id) return;
    this.look = look;
    this.stage.silhouettes?.update(look);
    const garment = nextGarment(before, look, number);
    if (garment) {
      this.#open(look, garment);
      return;
    }
    const gone = before.garments.find((each) => each.number === number);
    this.#unchoose();
    if (gone) this.#offerUndo(look, gone);
  }

  /**
   * @param {Look} look
   * @param {Garment} gone
   */
  #offerUndo(look, gone) {
    const name = words.capitalised(words.garment(gone));
    const undo = button(say("undo"), "link", async () => {
      try {
        this.#change(await changeLook(look.id, { garment: gone.number, wanted: { garment: true } }), gone.number);
      } catch (error) {
        note.replaceWith(troubleCard(error));
      }
    });
    const note = html("div", { class: "shop-notice", role: "status" },
      html("span", { class: "shop-notice-text" }, say("put_away", name)), undo);
    this.side.prepend(note);
    undo.focus({ preventScroll: true });
  }

  #openOutfit() {
    const { look } = this;
    if (!look) return;
    this.#endPanel();
    this.search = new AbortController();
    const { signal } = this.search;
    const outfit = new Outfit(HOST, look, this.choice.shops, {
      close: () => this.#unchoose(),
      choose: (garment) => this.#choose(garment),
      opened: (garment, offer) => noteClick(look.id, garment.number, offer),
      search: (garment, receive) => searchOfOutfit(look, garment, receive, signal),
    });
    this.outfit = outfit;
    this.side.replaceChildren(outfit.element);
    this.element.classList.add("has-panel");
    outfit.focus();
    scrollTo({ top: 0, behavior: motion() });
  }

  /** @param {Garment} garment */
  #choose(garment) {
    if (!this.look || this.panel?.garment === garment) return;
    this.#open(this.look, garment);
    scrollTo({ top: 0, behavior: motion() });
  }

  /**
   * @param {Look} look
   * @param {Garment} garment
   * @param {import("./address.js").Wanted} [wanted] What an address says.
   */
  #open(look, garment, wanted) {
    const before = this.panel?.garment.number;
    this.#endPanel();
    const panel = new OfferPanel(HOST, look, garment, this.choice, {
      close: () => this.#unchoose(),
      retry: () => this.#open(look, garment),
      changed: (changed) => this.#change(changed, garment.number),
      chosen: () => this.moved(garment, false),
      opened: (offer) => noteClick(look.id, garment.number, offer),
      ask: () => this.#search(panel),
      like: async (offer, title) => this.likes.liked(await likeOffer(look.id, garment.number, offer), title),
      origin: this.likes.origin(),
    });
    if (wanted) panel.want(wanted);
    this.panel = panel;
    this.stage.silhouettes?.point(null);
    this.stage.silhouettes?.mark(garment);
    this.side.replaceChildren(panel.element);
    void nameProviders(panel);
    this.#search(panel);
    panel.focus();
    this.element.classList.add("has-panel");
    this.moved(garment, before !== garment.number);
  }

  /** @param {OfferPanel} panel */
  #search(panel) {
    this.search.abort();
    this.search = new AbortController();
    panel.begin();
    void search(panel, this.search.signal);
  }

  /** Nobody waits for the offers any more. */
  #endPanel() {
    this.search.abort();
    this.outfit?.element.remove();
    this.outfit = null;
    this.panel?.element.remove();
    this.panel = null;
  }

  #unchoose() {
    const garment = this.panel?.garment;
    this.#endPanel();
    this.element.classList.remove("has-panel");
    this.stage.silhouettes?.mark(null);
    if (this.look) this.#list(this.look);
    if (garment) this.stage.silhouettes?.focus(garment);
    if (garment) this.moved(null, true);
    scrollTo({ top: 0, behavior: motion() });
  }
}

/** @returns {ScrollBehavior} */
function motion() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
}
