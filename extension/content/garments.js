/** The garments of a look: lit up, framed, chosen, corrected, and where to buy them. */

import { nextGarment } from "../ui/changes.js";
import { problemOf, problemWords } from "../ui/problems.js";
import { Offers } from "./offers.js";
import { PlacedSilhouettes } from "./placed_silhouettes.js";

/** @typedef {import("../ui/answers.js").Garment} Garment */
/** @typedef {import("../ui/host.js").Host} Host */
/** @typedef {import("./messages.js").Look} Look */
/** @typedef {import("./messages.js").Rect} Rect */
/** @typedef {{element: HTMLElement, own: Element, visible: () => Rect}} Scene Where they are drawn; `own` is the
 *   element that everything of ours is in, `visible` the part of the picture that can be seen. */

export class Garments {
  /**
   * @param {Host} host
   * @param {import("./notice.js").Bar} bar Says how many there are, and what can be undone.
   * @param {Scene} scene
   * @param {(message: import("./messages.js").ToWorker) => void} send
   * @param {{placed: () => void, left: () => boolean}} actions `placed`: the bar has to make room, or may come back;
   *   `left`: no garment is chosen any more; whether everything closes then.
   */
  constructor(host, bar, scene, send, actions) {
    this.host = host;
    this.bar = bar;
    this.scene = scene;
    this.actions = actions;
    /** @type {Look | null} */
    this.look = null;
    /** @type {PlacedSilhouettes | null} */
    this.silhouettes = null;
    this.offers = new Offers(host, send, {
      retry: (garment) => this.#choose(garment),
      closed: (garment) => this.#unchoose(garment),
      changed: (look, number) => this.#change(look, number),
      opened: () => this.actions.placed(),
    });
  }

  /** @param {Look} look */
  show(look) {
    this.look = look;
    this.silhouettes = new PlacedSilhouettes(this.host, look, {
      choose: (garment) => this.#choose(garment),
      framing: () => this.actions.placed(),
      framed: (changed) => this.#change(changed, 0),
    });
    this.scene.element.prepend(this.silhouettes.element);
    this.scene.element.append(this.silhouettes.framing.bar);
  }

  /** Say how many there are. */
  count() {
    if (!this.look) return;
    const { length } = this.look.garments;
    const key = length === 0 ? "no_garment_title" : length === 1 ? "found_one" : "found_many";
    this.bar.show(this.host.words.say(key, length), false);
    this.bar.outfit.hidden = length < 2;
  }

  openOutfit() {
    if (!this.look) return;
    const { element, visible, own } = this.scene;
    this.silhouettes?.mark(null);
    this.offers.openOutfit(this.look, element, visible(), own, (garment) => this.#choose(garment));
  }

  startFrame() {
    this.count();
    this.silhouettes?.framing.start();
  }

  /** @returns {boolean} Whether there was a frame, or anything open, to close first. */
  close() {
    if (this.silhouettes?.framing.cancel()) {
      this.scene.element.focus({ preventScroll: true });
      return true;
    }
    return this.offers.close();
  }

  /**
   * Show what the look has become, and open what was added or changed in it.
   *
   * @param {Look} look
   * @param {number} number Of the garment that was changed; 0 for none.
   */
  #change(look, number) {
    const before = this.look;
    if (!before || !this.silhouettes) return;
    this.look = look;
    this.silhouettes.update(look);
    this.count();
    const next = nextGarment(before, look, number);
    if (next) {
      this.#choose(next);
      return;
    }
    const gone = before.garments.find((garment) => garment.number === number);
    this.offers.drop();
    this.silhouettes.mark(null);
    if (gone) this.#offerUndo(look, gone);
    this.actions.placed();
  }

  /**
   * @param {Look} look
   * @param {Garment} gone
   */
  #offerUndo(look, gone) {
    const { words } = this.host;
    const text = words.say("put_away", words.capitalised(words.garment(gone)));
    this.bar.showLink(text, words.say("undo"), async () => {
      try {
        const change = { garment: gone.number, wanted: { garment: true } };
        this.#change(await this.host.change(look.id, change), gone.number);
      } catch (error) {
        this.bar.show(problemWords(problemOf(error), words)[0], false);
      }
    });
    this.bar.link.focus({ preventScroll: true });
  }

  /** @param {Garment} garment */
  #choose(garment) {
    this.silhouettes?.mark(garment);
    if (!this.look) return;
    const { element, visible, own } = this.scene;
    this.offers.open(this.look, garment, element, visible(), own);
  }

  /** @param {Garment | null} garment Null where none had been chosen: the outfit was shown. */
  #unchoose(garment) {
    if (this.actions.left()) return;
    this.silhouettes?.mark(null);
    if (garment) this.silhouettes?.focus(garment);
    else this.scene.element.focus({ preventScroll: true });
    this.actions.placed();
  }
}
