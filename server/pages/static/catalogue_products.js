/** The products of the shops: by words, by a picture, and why some cannot be found. */

import * as api from "./catalogue_api.js";
import { HOST, button } from "./host.js";
import { nothing } from "./ui/asking.js";
import { byId, html } from "./ui/build.js";
import { anchor, safeLink } from "./ui/links.js";
import { RefineMenus } from "./ui/refine_menus.js";
import { thumbnail } from "./ui/thumbnail.js";
import { number, say, words } from "./words.js";

/** @typedef {import("./catalogue_api.js").Product} Product */
/** @typedef {import("./catalogue_api.js").Shop} Shop */

const TYPING_MS = 300;
/** @type {[string, string][]} */
const STATES = [["", "products_all"], ["searchable", "products_found"],
  ["left_out", "products_left_out"], ["gone", "products_gone"]];

/** @type {Record<string, string>} */
const LEFT_OUT = {
  no_garment_by_category: "left_out_no_garment_by_category",
  no_garment_by_title: "left_out_no_garment_by_title",
  no_picture: "left_out_no_picture",
  unusable_picture: "left_out_unusable_picture",
  unrecognised: "left_out_unrecognised",
};

export class Products {
  /** @param {(error: unknown) => void} fail */
  constructor(fail) {
    this.fail = fail;
    this.part = byId("products-part", HTMLElement);
    this.place = byId("products", HTMLUListElement);
    this.field = byId("words-field", HTMLInputElement);
    this.more = byId("more", HTMLButtonElement);
    /** @type {import("./catalogue_api.js").Wanted} */
    this.wanted = { words: "", state: "", asked: nothing() };
    /** @type {Blob | null} What is searched by, if not by words. */
    this.picture = null;
    this.menus = new RefineMenus(HOST, this.wanted, () => void this.narrow());
    this.stock = button(say("in_stock"), "button", () => {
      const { asked } = this.wanted;
      asked.availability = asked.availability ? null : "in_stock";
      void this.narrow();
    });
    byId("menus", HTMLElement).append(this.menus.element, this.stock);
    this.showMenus();
    this.counts = "";
    this.number = 0;
    this.timer = 0;
    byId("find", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      void this.search();
    });
    this.field.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = window.setTimeout(() => this.search(), TYPING_MS);
    });
    this.more.addEventListener("click", () => this.load(this.place.childElementCount));
    this.chips();
  }

  chips() {
    byId("states", HTMLElement).replaceChildren(...STATES.map(([state, key]) => {
      const chip = button(say(key), "button", () => {
        this.wanted.state = state;
        this.picture = null;
        this.chips();
        void this.load(0);
      });
      chip.setAttribute("aria-pressed", String(this.wanted.state === state));
      return chip;
    }));
  }

  /**
   * Show the products anew where they changed.
   *
   * @param {Shop[]} shops
   * @param {string} counts
   */
  async follow(shops, counts) {
    this.part.hidden = shops.length === 0;
    if (counts === this.counts) return;
    this.counts = counts;
    await Promise.all([this.learn(), this.picture ? null : this.load(0)]);
  }

  async learn() {
    try {
      this.menus.offer(await api.productChoices());
    } catch (error) {
      // Products are found without menus.
      console.info("There is nothing to choose from.", error);
    }
    this.showMenus();
  }

  showMenus() {
    this.menus.show();
    this.stock.setAttribute("aria-pressed", String(this.wanted.asked.availability !== null));
  }

  /** Search anew for what the menus say. */
  async narrow() {
    this.showMenus();
    if (!this.picture) return this.load(0);
    try {
      await this.showLike(this.picture);
    } catch (error) {
      this.fail(error);
    }
  }

  async search() {
    this.wanted.words = this.field.value.trim();
    this.picture = null;
    await this.load(0);
  }

  /** @param {number} offset */
  async load(offset) {
    this.number += 1;
    const own = this.number;
    try {
      const { total, products } = await api.keptProducts(this.wanted, offset);
      const reasons = this.wanted.state === "left_out" && !offset ? await api.reasonsLeftOut() : [];
      if (own !== this.number) return;
      if (!offset) {
        this.place.replaceChildren();
        this.reasons(reasons);
      }
      this.place.append(...products.map(tile));
      this.count(total);
      this.more.hidden = this.place.childElementCount >= total;
    } catch (error) {
      this.fail(error);
    }
  }

  /** @param {Blob} picture */
  async showLike(picture) {
    this.number += 1;
    const own = this.number;
    clearTimeout(this.timer);
    this.picture = picture;
    const { total, products } = await api.productsLike(picture, this.wanted.asked);
    if (own !== this.number) return;
    this.reasons([]);
    this.place.replaceChildren(...products.map(tile));
    this.count(total);
    this.more.hidden = true;
  }

  /** @param {number} total */
  count(total) {
    byId("count", HTMLElement).textContent = say("products_count", number(total));
  }

  /** @param {[string, number][]} reasons */
  reasons(reasons) {
    byId("reasons", HTMLElement).replaceChildren(...reasons.map(([reason, count]) =>
      html("li", {}, html("strong", {}, number(count)), " ", whyLeftOut(reason))));
  }
}

/** @param {string} reason */
function whyLeftOut(reason) {
  return say(LEFT_OUT[reason] ?? "products_left_out");
}

/** @param {Product} product */
function tile(product) {
  const parts = [thumbnail(HOST, product.picture),
    html("span", { class: "title", dir: "auto" }, product.title)];
  if (product.price) {
    parts.push(html("strong", { class: "price" },
      words.price(product.price.amount, product.price.currency)));
  }
  parts.push(html("span", { class: "shop" }, html("span", { dir: "auto" }, product.shop),
    ...(product.size ? [html("span", { class: "size", dir: "auto" }, product.size)] : [])));
  if (product.leftOut) {
    parts.push(html("span", { class: "why" }, whyLeftOut(product.leftOut)));
  }
  const link = safeLink(product.link);
  return html("li", {}, link ? anchor(link, "tile-link", ...parts) : html("span", {}, ...parts));
}
