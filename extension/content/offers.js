/** The offers of the garment that was chosen, or of all of them, in one panel. */

import { searchParameters } from "../ui/asking.js";
import { nextGarment } from "../ui/changes.js";
import { anything, readShops } from "../ui/choice.js";
import { ProblemError } from "../ui/problems.js";
import { quieterSide } from "./panel_side.js";

/** @typedef {import("../ui/answers.js").Garment} Garment */
/** @typedef {import("../ui/answers.js").Look} Look */
/** @typedef {import("../ui/answers.js").SearchEvent} SearchEvent */
/** @typedef {import("../ui/host.js").Host} Host */
/** @typedef {import("../ui/offer_panel.js").OfferPanel} OfferPanel */
/** @typedef {import("../ui/outfit.js").Outfit} Outfit */
/** @typedef {import("./messages.js").Problem} Problem */
/** @typedef {import("./messages.js").Rect} Rect */
/** @typedef {{receive: (event: SearchEvent) => void, fail: (problem: Problem) => void}} Searcher */
/** @typedef {{parent: HTMLElement, picture: Rect, own: Element}} Place Where a panel is drawn: in `parent`,
 * beside the part of the picture that can be seen; `own` is the element that everything of ours is in. */

/** @type {typeof import("../ui/offer_panel.js") & typeof import("../ui/outfit.js") | null} */
let panels = null;

/** Load what panels are made of: a quarter of all modules, which silhouettes do not need. */
export async function loadPanels() {
  panels ??= { ...await import("../ui/offer_panel.js"), ...await import("../ui/outfit.js") };
  return panels;
}

export class Offers {
  /**
   * @param {Host} host
   * @param {(message: import("./messages.js").ToWorker) => void} send
   * @param {{retry: (garment: Garment) => void, closed: (garment: Garment | null) => void,
   *   changed: (look: Look, number: number) => void, opened: () => void}} actions
   */
  constructor(host, send, actions) {
    this.host = host;
    this.send = send;
    this.actions = actions;
    /** @type {OfferPanel | null} */
    this.panel = null;
    /** @type {Outfit | null} */
    this.outfit = null;
    /** @type {import("./messages.js").Provider[] | null | undefined} Not known yet while undefined. */
    this.providers = undefined;
    this.choice = anything();
    /** Number of the last search. */
    this.search = 0;
    /** @type {Map<number, Searcher>} Who waits for a search's events. */
    this.searchers = new Map();
    /** How often anything was opened or dropped. */
    this.turn = 0;
  }

  /** Whether anything is open. */
  get element() {
    return (this.panel ?? this.outfit)?.element ?? null;
  }

  /**
   * @param {Look} look
   * @param {Garment} garment
   * @param {HTMLElement} parent
   * @param {Rect} picture
   * @param {Element} own
   */
  open(look, garment, parent, picture, own) {
    this.#show(look, garment, { parent, picture, own }, {
      retry: () => this.actions.retry(garment),
      changed: (changed) => this.actions.changed(changed, garment.number),
      origin: null,
    });
  }

  /**
   * Open the whole outfit.
   *
   * @param {Look} look
   * @param {HTMLElement} parent
   * @param {Rect} picture
   * @param {Element} own
   * @param {(garment: Garment) => void} choose
   */
  openOutfit(look, parent, picture, own, choose) {
    this.#whenLoaded(({ Outfit }) => this.#showOutfit(new Outfit(this.host, look, this.choice.shops, {
      close: () => this.close(),
      choose,
      opened: (garment, offer) => this.send({ type: "click", look: look.id, garment: garment.number, offer }),
      search: (garment, receive) => new Promise((resolve, reject) => {
        this.#ask(look, garment, { mark: "true" }, {
          receive: (event) => {
            receive(event);
            if (event.event === "done") resolve(undefined);
          },
          fail: ({ code, detail, hint }) => reject(new ProblemError(code, detail, hint)),
        }, true);
      }),
    }), { parent, picture, own }));
  }

  /**
   * @param {Outfit} outfit
   * @param {Place} place
   */
  #showOutfit(outfit, place) {
    this.outfit = outfit;
    this.#place(outfit.element, place);
    outfit.focus();
    this.actions.opened();
  }

  /**
   * Open something instead of what is open.
   *
   * @param {(loaded: NonNullable<typeof panels>) => void} show Called at once where all is loaded.
   */
  #whenLoaded(show) {
    this.drop();
    const { turn } = this;
    if (panels) {
      show(panels);
      return;
    }
    loadPanels().then((loaded) => {
      if (turn === this.turn) show(loaded);
    }, (error) => console.info("The extension was reloaded or removed.", error));
  }

  /** @returns {boolean} Whether anything was open: an open menu is closed before the panel. */
  close() {
    const { panel, outfit } = this;
    if (!panel && !outfit) return false;
    if (panel?.closeMenu()) return true;
    this.drop();
    this.actions.closed(panel?.garment ?? null);
    return true;
  }

  /** Take the panel away: its garment is gone. */
  drop() {
    this.turn += 1;
    this.element?.remove();
    this.panel = null;
    this.outfit = null;
    this.searchers.clear();
  }

  /** @param {import("./messages.js").AboutOffers} message */
  receive(message) {
    switch (message.type) {
      case "providers":
        this.providers = message.providers;
        this.panel?.setProviders(message.providers);
        break;
      case "shops":
        this.choice.shops = readShops(message.shops);
        this.panel?.showShops();
        break;
      case "event":
        this.searchers.get(message.search)?.receive(message.event);
        break;
      case "search-problem":
        this.searchers.get(message.search)?.fail(message.problem);
    }
  }

  /**
   * @param {Look} look
   * @param {Garment} garment
   * @param {Place} place
   * @param {Pick<import("../ui/offer_panel.js").PanelActions, "retry" | "changed" | "origin">} actions
   */
  #show(look, garment, place, actions) {
    this.#whenLoaded((loaded) => this.#showPanel(loaded, look, garment, place, actions));
  }

  /**
   * @param {NonNullable<typeof panels>} loaded
   * @param {Look} look
   * @param {Garment} garment
   * @param {Place} place
   * @param {Pick<import("../ui/offer_panel.js").PanelActions, "retry" | "changed" | "origin">} actions
   */
  #showPanel({ OfferPanel }, look, garment, place, actions) {
    const panel = new OfferPanel(this.host, look, garment, this.choice, {
      ...actions,
      close: () => {
        panel.menu.close(false);
        panel.corrections.close();
        this.close();
      },
      opened: (offer) => this.send({ type: "click", look: look.id, garment: garment.number, offer }),
      ask: () => this.#search(panel),
      like: async (offer, title) => {
        const liked = await this.host.like(look.id, garment.number, offer);
        const found = liked.look.garments.find(({ number }) => number === liked.garment);
        if (found && this.panel === panel) this.#showLiked(liked.look, found, place, { title, back: () => this.#show(look, garment, place, actions) });
      },
    });
    this.panel = panel;
    if (this.providers !== undefined) panel.setProviders(this.providers);
    this.#place(panel.element, place);
    panel.focus();
    this.#search(panel);
    this.actions.opened();
  }

  /**
   * Show what is like an offer: the page's picture stays where it is.
   *
   * @param {Look} look Of the offer's picture.
   * @param {Garment} garment
   * @param {Place} place
   * @param {import("../ui/offer_panel.js").Origin} origin
   */
  #showLiked(look, garment, place, origin) {
    this.#show(look, garment, place, {
      retry: () => this.#showLiked(look, garment, place, origin),
      changed: (changed) => {
        const next = nextGarment(look, changed, garment.number);
        if (next) this.#showLiked(changed, next, place, origin);
        else origin.back();
      },
      origin,
    });
  }

  /**
   * @param {HTMLElement} element
   * @param {Place} place
   */
  #place(element, { parent, picture, own }) {
    element.classList.toggle("is-left", quieterSide(picture, own) === "left");
    parent.append(element);
  }

  /** @param {OfferPanel} panel */
  #search(panel) {
    this.searchers.clear();
    panel.begin();
    this.#ask(panel.look, panel.garment, searchParameters(panel.choice), {
      receive: (event) => panel.receive(event),
      fail: (problem) => panel.showProblem(problem),
    }, false);
  }

  /**
   * @param {Look} look
   * @param {Garment} garment
   * @param {import("../ui/asking.js").Parameters} wanted
   * @param {Searcher} searcher
   * @param {boolean} isFurther
   */
  #ask(look, garment, wanted, searcher, isFurther) {
    this.search += 1;
    this.searchers.set(this.search, searcher);
    this.send({ type: "offers", look: look.id, garment: garment.number, search: this.search, isFurther, wanted });
  }
}
