/** What is said of a search beside its offers: how many, who did not answer, and what was sent. */

import { html } from "./build.js";
import { priceIn } from "./choice.js";
import { follow, nothingYet, PreparingNote } from "./preparing.js";
import { receiptParts, sentWords } from "./receipt.js";

/** @typedef {import("./answers.js").Done} Done */
/** @typedef {import("./answers.js").Failed} Failed */
/** @typedef {import("./answers.js").Garment} Garment */
/** @typedef {import("./answers.js").Offer} Offer */
/** @typedef {import("./answers.js").Provider} Provider */
/** @typedef {import("./host.js").Host} Host */
/** @typedef {import("./offer_list.js").OfferList} OfferList */

export class SearchNotes {
  /**
   * @param {Host} host
   * @param {Garment} garment What is searched for.
   * @param {import("./choice.js").Choice} choice
   */
  constructor(host, garment, choice) {
    this.host = host;
    this.garment = garment;
    this.choice = choice;
    /** @type {Provider[] | null | undefined} Not known yet; null where the server does not say. */
    this.providers = undefined;
    /** @type {Failed[]} */
    this.failed = [];
    this.isDone = false;
    /** @type {Done | null} */
    this.done = null;
    this.status = html("p", { class: "status", role: "status" }, host.words.say("searching"));
    this.quiet = html("p", { class: "quiet", hidden: true });
    this.mixed = html("p", { class: "mixed", role: "status" });
    this.preparing = new PreparingNote(host.words);
    this.rates = html("p", { class: "rates-by", hidden: true });
    this.sent = html("span");
    this.receipt = html("div");
    // There is nothing to say, nor more of it, until the search is over.
    this.footer = html("footer", { class: "sent", hidden: true }, this.sent, " ", host.more(), this.receipt);
  }

  /** Another search begins: what was said of the one before is forgotten. */
  begin() {
    this.isDone = false;
    this.done = null;
    this.failed = [];
    this.quiet.hidden = true;
    this.footer.hidden = true;
    this.sent.textContent = "";
    this.receipt.replaceChildren();
    this.preparing.show(null);
    this.#say(this.host.words.say("searching"));
  }

  /** @param {Provider[] | null} providers Null where the server does not say. */
  setProviders(providers) {
    this.providers = providers;
    this.#nameFailed();
    this.#nameSent();
  }

  /** @param {Failed} failed */
  noteFailure(failed) {
    this.failed.push(failed);
    this.#nameFailed();
  }

  /** @param {Done | null} done Null where the search was broken off. */
  finish(done) {
    this.isDone = true;
    this.done = done;
    this.#nameSent();
  }

  /**
   * Say how many products could not be found yet, until they can.
   *
   * @param {OfferList} list
   * @param {() => void} search Search again.
   */
  followPreparing(list, search) {
    const { done, host } = this;
    const preparing = done?.preparing;
    // What is found by its old vectors is found; and what cannot be had is worth a word only where nothing else is.
    if (!preparing?.hidden || (!preparing.going && list.near > 0)) return;
    this.preparing.show(preparing);
    if (!preparing.going) return;
    const isSame = () => this.done === done && this.preparing.element.isConnected;
    follow(host.preparing, (now) => {
      if (!isSame()) return false;
      if (now?.going && now.hidden) {
        this.preparing.show(now);
        return true;
      }
      const again = html("button", { type: "button", class: "button search-again" }, host.words.say("search_again"));
      host.listen(again, "click", search);
      this.preparing.finish(now?.hidden ? now : null, again);
      if (list.near === 0) this.#say(host.words.say("prepare_nothing_then"));
      return false;
    }).catch((error) => {
      // What was found stays; how far the rest is, is not known any more.
      console.info("The server does not say how far the pictures are.", error);
      if (isSame()) this.preparing.show(null);
    });
  }

  /**
   * Say how many offers are shown, in which currencies, and by which rates.
   *
   * @param {OfferList} list
   */
  count(list) {
    const { count, total, products, near } = list;
    this.#nameMixture(products);
    this.#nameRates(products.find((offer) => offer.converted)?.converted ?? null);
    // What is there is of the search before.
    if (list.isStale) return;
    if (!this.isDone && near === 0) return;
    if (near === 0) this.#sayNothing(list);
    else this.#say(this.host.words.say(countKey(count, total, this.choice.sort), count, total));
  }

  /** Say what was sent, once that is known: what might be sent is no news. */
  #nameSent() {
    if (!this.isDone) return;
    this.footer.hidden = false;
    const { words } = this.host;
    if (this.done?.receipt) {
      this.sent.textContent = sentWords(this.done.receipt, words);
      // Not anew when more is known of providers: the person may have opened it.
      if (!this.receipt.hasChildNodes()) {
        this.receipt.replaceChildren(...receiptParts(this.host, this.done.receipt));
      }
      return;
    }
    // An older server does not say what it sent; then it asked all that it may ask.
    const asked = this.done && this.providers?.filter(({ enabled, runs_early: early }) => enabled && !early);
    if (!asked) {
      this.sent.textContent = this.providers === undefined ? "" : words.say("sent_unknown");
      return;
    }
    const names = words.list(asked.map((provider) => words.provider(provider)));
    this.sent.textContent = asked.length ? words.say("sent_to", names) : words.say("nothing_left");
    this.sent.title = asked.map((provider) => words.discloses(provider)).join("\n");
  }

  /** @param {string} text */
  #say(text) {
    // Setting the same text again would have it read out again.
    if (this.status.textContent !== text) this.status.textContent = text;
  }

  /**
   * Say why there is nothing to show: "no shop has it" only of those that answered.
   *
   * @param {OfferList} list
   */
  #sayNothing(list) {
    const { words } = this.host;
    const { category, likeness } = list.farOff;
    const answered = this.done?.answered;
    const yet = nothingYet(this.done?.preparing);
    if (yet) this.#say(words.say(yet));
    else if (likeness) this.#say(words.say("no_close"));
    else if (category) void this.#sayNoCategory();
    else if (answered && answered.length === 0) {
      this.#say(words.say(this.failed.length ? "no_shop_answered" : "no_shop_asked"));
    } else this.#say(words.say("no_offers"));
  }

  async #sayNoCategory() {
    const { host: { words, categories }, garment } = this;
    const known = await categories().catch(() => []);
    const names = known.find(({ name }) => name === garment.category)?.words ?? {};
    this.#say(words.say("no_category", names[words.language] || names.en || garment.category));
  }

  /**
   * Prices of several currencies are not one order, unless rates make them one.
   *
   * @param {Offer[]} products
   */
  #nameMixture(products) {
    const { currency, sort } = this.choice;
    const isMixed = sort === "price" &&
      products.some((offer) => offer.price !== null && priceIn(offer, currency) === null);
    const text = isMixed ? this.host.words.say("mixed_currencies", currency) : "";
    if (this.mixed.textContent !== text) this.mixed.textContent = text;
  }

  /**
   * A converted price is never shown without the source of its rate.
   *
   * @param {import("./answers.js").Converted | null} converted
   */
  #nameRates(converted) {
    if (!converted) return;
    const { words } = this.host;
    const day = words.day(converted.as_of ?? "");
    this.rates.hidden = false;
    this.rates.textContent =
      converted.source === "ecb" ? words.say("about_ecb", day) : words.say("about_given");
  }

  /** By their titles, once those are known. */
  #nameFailed() {
    if (this.failed.length === 0) return;
    const { words } = this.host;
    const title = (/** @type {string} */ name) =>
      words.provider(this.providers?.find((provider) => provider.name === name) ?? { name, title: name });
    const titles = new Set(this.failed.map(({ provider }) => title(provider)));
    this.quiet.hidden = false;
    this.quiet.textContent = words.say("no_answer_from", words.list([...titles]));
    const reasons = this.failed.map((failed) => words.failure(failed, title(failed.provider)));
    this.quiet.title = reasons.filter(Boolean).join("\n");
  }
}

/**
 * @param {number} count
 * @param {number} total
 * @param {"similarity" | "price"} sort
 */
function countKey(count, total, sort) {
  if (count < total) return sort === "price" ? "offers_some_by_price" : "offers_some";
  if (count === 1) return "offers_one";
  return sort === "price" ? "offers_many_by_price" : "offers_many";
}
