/** The providers: what each is sent, switched on and off, tried, and given its keys. */

import { html } from "./build.js";
import { problemOf, problemWords } from "./problems.js";
import { toggleSwitch } from "./toggle.js";

/** @typedef {import("./answers.js").Provider} Provider */

/**
 * @typedef {object} ProviderHost What differs between the web app and the extension.
 * @property {import("./words.js").Words} words
 * @property {"h2" | "h3"} heading What the name of a provider is on the page.
 * @property {() => Promise<Provider[]>} providers
 * @property {(name: string, enabled: boolean) => Promise<unknown>} switchProvider
 * @property {(name: string) => Promise<import("./answers.js").Test>} testProvider
 * @property {(name: string, keys: Record<string, string | null>) => Promise<unknown>} enterKeys
 *   By the setting that each is; null forgets one.
 * @property {(error: unknown, retry?: () => void) => HTMLElement} trouble A card that says what went wrong.
 */

export class ProviderList {
  /**
   * @param {HTMLElement} place
   * @param {ProviderHost} host
   */
  constructor(place, host) {
    this.place = place;
    this.host = host;
    this.say = host.words.say.bind(host.words);
  }

  async show() {
    const { place, say } = this;
    try {
      const all = await this.host.providers();
      const [there, missing] = [all.filter(({ available }) => available), all.filter(({ available }) => !available)];
      /** @type {HTMLElement[]} */
      const parts = [html("ul", { class: "providers" }, ...there.map((one) => this.#switchable(one)))];
      if (missing.length) {
        parts.push(html(this.host.heading, { class: "others" }, say("not_set_up")), html("p", { class: "small" }, say("not_set_up_lead")),
          html("ul", { class: "providers" }, ...missing.map((one) => this.#fixed(one))));
      }
      place.replaceChildren(...parts);
    } catch (error) {
      place.replaceChildren(this.host.trouble(error, () => void this.show()));
    }
    place.removeAttribute("aria-busy");
  }

  /** @param {Provider} provider One that can be switched here. */
  #switchable(provider) {
    const { host } = this;
    const title = host.words.provider(provider);
    const turn = (/** @type {boolean} */ isOn) => {
      row.querySelector(".trouble")?.remove();
      return host.switchProvider(provider.name, isOn);
    };
    const toggle = toggleSwitch(host.words, title, provider.enabled, turn, (error) => row.append(host.trouble(error)));
    const row = html("li", { "data-provider": provider.name }, html("div", { class: "provider" }, html(host.heading, {}, title), toggle),
      html("p", {}, host.words.discloses(provider)), this.#trial(provider, title), ...this.#keyForm(provider, title));
    return row;
  }

  /**
   * Asks for real, and says what came of it.
   *
   * @param {Provider} provider
   * @param {string} title
   */
  #trial(provider, title) {
    const { host, say } = this;
    const said = html("span", { class: "trial-words", role: "status" });
    const start = html("button", { type: "button", class: "link trial-start", "aria-label": say("test_named", title) }, say("test"));
    start.addEventListener("click", async () => {
      start.disabled = true;
      said.textContent = say("test_running");
      try {
        said.textContent = this.#outcome(await host.testProvider(provider.name), title);
      } catch (error) {
        said.textContent = problemWords(problemOf(error), host.words).join(". ");
      }
      start.disabled = false;
      start.focus();
    });
    return html("p", { class: "trial" }, start, said);
  }

  /**
   * @param {import("./answers.js").Test} test
   * @param {string} title
   */
  #outcome({ verdict, offers, seconds, message, code, details, change }, title) {
    const { words } = this.host;
    if (verdict === "answers") return this.say("test_answers", offers, words.number(seconds));
    if (verdict === "not tried") return this.say("test_not_tried");
    return [words.failure({ event: "failed", provider: title, reason: message, code, details }, title), change]
      .filter(Boolean).join(" ");
  }

  /** @param {Provider} provider One that the settings leave out. */
  #fixed(provider) {
    const { host, say } = this;
    const title = host.words.provider(provider);
    const row = html("li", { "data-provider": provider.name },
      html("div", { class: "provider" }, html(host.heading, {}, title), html("span", { class: "state" }, say("off"))),
      html("p", {}, host.words.discloses(provider)));
    const form = this.#keyForm(provider, title);
    if (form.length) row.append(...form);
    else if (provider.switch) row.append(html("p", { class: "small" }, say("switched_by", provider.switch)));
    return row;
  }

  /**
   * The keys of a provider: what is set where the server runs is only named; the others are entered here, and
   * never shown again.
   *
   * @param {Provider} provider
   * @param {string} title
   * @returns {HTMLElement[]}
   */
  #keyForm(provider, title) {
    const { say } = this;
    const fixedKeys = provider.keys.filter((key) => key.is_fixed);
    const own = provider.keys.filter((key) => !key.is_fixed);
    /** @type {HTMLElement[]} */
    const parts = fixedKeys.map(({ name, is_set: isSet }) => html("p", { class: "small" },
      html("code", {}, name), " ", say(isSet ? "key_fixed" : "key_elsewhere")));
    if (own.length === 0) return parts;
    const said = html("p", { class: "fault", role: "alert", hidden: true });
    const fields = own.map(({ name, is_set: isSet }) => html("label", { class: "key" }, html("code", {}, name),
      html("input", { type: "password", autocomplete: "off", spellcheck: "false", maxlength: 500,
        placeholder: say(isSet ? "key_kept" : "key_enter"), "data-key": name })));
    const form = html("form", { class: "keys", "aria-label": say("key_form", title) }, ...fields);
    const keep = (/** @type {Record<string, string | null>} */ keys) => this.#keep(provider, keys, said);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const entered = [...form.querySelectorAll("input")].filter(({ value }) => value.trim())
        .map((input) => [input.getAttribute("data-key"), input.value.trim()]);
      if (entered.length) void keep(Object.fromEntries(entered));
      else form.querySelector("input")?.focus();
    });
    const actions = html("div", { class: "actions" }, html("button", { type: "submit", class: "button" }, say("key_save")));
    if (own.some(({ is_set: isSet }) => isSet)) {
      const remove = html("button", { type: "button", class: "button" }, say("key_forget"));
      remove.addEventListener("click", () => void keep(Object.fromEntries(own.map(({ name }) => [name, null]))));
      actions.append(remove);
    }
    form.append(actions, said);
    const isSetUp = own.every(({ is_set: isSet }) => isSet);
    return [...parts, html("details", { class: "key-details" },
      html("summary", {}, say(isSetUp ? "key_change" : "key_set_up")), form)];
  }

  /**
   * @param {Provider} provider
   * @param {Record<string, string | null>} keys
   * @param {HTMLElement} said Where a fault is said.
   */
  async #keep(provider, keys, said) {
    said.hidden = true;
    try {
      await this.host.enterKeys(provider.name, keys);
      await this.show();
      this.place.querySelector(`[data-provider="${provider.name}"]`)?.scrollIntoView({ block: "nearest" });
    } catch (error) {
      said.hidden = false;
      said.textContent = problemWords(problemOf(error), this.host.words).join(". ");
    }
  }
}
