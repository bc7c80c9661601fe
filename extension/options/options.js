/** The settings page. */

import { Server } from "../background/server.js";
import {
  permissionPattern, readSettings, serverOrigin, writeSettings,
} from "../background/settings.js";
import { byId, html } from "../ui/build.js";
import { COUNTRIES, CURRENCY_CODES } from "../ui/countries.js";
import { LANGUAGES } from "../ui/languages.js";
import { problemOf, problemWords } from "../ui/problems.js";
import { speak } from "./speaking.js";

const server = byId("server", HTMLInputElement);
const token = byId("token", HTMLInputElement);
const language = byId("language", HTMLSelectElement);
const country = byId("country", HTMLSelectElement);
const currency = byId("currency", HTMLSelectElement);
const result = byId("result", HTMLElement);

let words = await speak(await readSettings());

language.append(...Object.entries(LANGUAGES).map(([tag, name]) =>
  html("option", { value: tag, lang: tag }, name)));
byId("connection", HTMLFormElement).addEventListener("submit", (event) => {
  event.preventDefault();
  void save();
});
byId("test", HTMLButtonElement).addEventListener("click", () => void test());
language.addEventListener("change", () => void choose("language", language.value));
country.addEventListener("change", () => void choose("country", country.value));
currency.addEventListener("change", () => void choose("currency", currency.value));
await show();
await showProviders();

async function show() {
  const settings = await readSettings();
  words = await speak(settings);
  server.value = settings.server;
  token.value = settings.token;
  language.value = settings.language;
  const names = new Intl.DisplayNames(words.language, { type: "region" });
  const money = new Intl.DisplayNames(words.language, { type: "currency" });
  fill(country, COUNTRIES, settings.country, (code) => names.of(code) ?? code);
  fill(currency, CURRENCY_CODES, settings.currency, (code) => `${code}, ${money.of(code) ?? code}`);
}

/**
 * @param {HTMLSelectElement} select
 * @param {string[]} codes
 * @param {string} chosen
 * @param {(code: string) => string} name
 */
function fill(select, codes, chosen, name) {
  const options = codes.map((code) => html("option", { value: code }, name(code)));
  options.sort((one, other) => one.text.localeCompare(other.text, words.language));
  select.replaceChildren(html("option", { value: "" }, words.say("options_default")), ...options);
  select.value = chosen;
}

/**
 * Ask for the permission first: the browser shows its question only right after a click.
 *
 * @returns {Promise<boolean>} Whether it was saved.
 */
async function save() {
  const origin = serverOrigin(server.value);
  if (!origin) {
    showResult(words.say("options_bad_address"), "bad");
    return false;
  }
  const isGranted = await chrome.permissions.request({ origins: [permissionPattern(origin)] });
  if (!isGranted) {
    showResult(words.say("options_refused"), "bad");
    return false;
  }
  await writeSettings({ server: origin, token: token.value.trim() });
  server.value = origin;
  showResult(words.say("options_saved"), "good");
  await showProviders();
  return true;
}

async function test() {
  if (!(await save())) return;
  showResult(words.say("checking"), "");
  try {
    const called = new Server(await readSettings());
    const isReady = await called.isReady();
    // Readiness needs no token; this shows whether the token is right.
    await called.providers();
    showResult(words.say(isReady ? "server_ready" : "server_starting"), isReady ? "good" : "");
  } catch (error) {
    showResult(problemWords(problemOf(error), words).join("\n"), "bad");
  }
}

/**
 * @param {"language" | "country" | "currency"} name
 * @param {string} value
 */
async function choose(name, value) {
  await writeSettings({ [name]: value });
  await show();
  await showProviders();
}

async function showProviders() {
  const list = byId("providers", HTMLUListElement);
  try {
    const providers = await new Server(await readSettings()).providers();
    list.replaceChildren(...providers.map((provider) => {
      const state = words.say(provider.enabled ? "on" : "off");
      const look = provider.enabled ? "badge is-on" : "badge";
      const item = html("li", { class: "provider" }, html("strong", {}, words.provider(provider)),
        html("span", { class: look }, state), html("p", {}, words.discloses(provider)));
      if (provider.switch) {
        item.append(html("p", { class: "hint" }, words.say("switched_by", provider.switch)));
      }
      return item;
    }));
  } catch (error) {
    console.info("The server does not list its providers.", error);
    list.replaceChildren(html("li", { class: "hint" }, words.say("options_leaves_unknown")));
  }
}

/**
 * @param {string} text
 * @param {"good" | "bad" | ""} tone
 */
function showResult(text, tone) {
  result.textContent = text;
  result.dataset.tone = tone;
}
