/** The settings page. */

import { thisBrowser } from "../background/browser.js";
import { Server } from "../background/server.js";
import {
  permissionPattern, readSettings, serverOrigin, writeSettings,
} from "../background/settings.js";
import { byId, html } from "../ui/build.js";
import { COUNTRIES, CURRENCY_CODES } from "../ui/countries.js";
import { LANGUAGES } from "../ui/languages.js";
import { NOT_ALLOWED, problemOf, problemWords } from "../ui/problems.js";
import { ProviderList } from "../ui/provider_list.js";
import { askToBeAllowed } from "./pairing.js";
import { speak } from "./speaking.js";

const server = byId("server", HTMLInputElement);
const token = byId("token", HTMLInputElement);
const language = byId("language", HTMLSelectElement);
const country = byId("country", HTMLSelectElement);
const currency = byId("currency", HTMLSelectElement);
const result = byId("result", HTMLElement);
const code = byId("code", HTMLElement);

let words = await speak(await readSettings());

language.append(...Object.entries(LANGUAGES).map(([tag, name]) =>
  html("option", { value: tag, lang: tag }, name)));
byId("connection", HTMLFormElement).addEventListener("submit", (event) => {
  event.preventDefault();
  void save();
});
byId("test", HTMLButtonElement).addEventListener("click", () => void test());
byId("pair", HTMLButtonElement).addEventListener("click", () => void pair());
language.addEventListener("change", () => void choose("language", language.value));
country.addEventListener("change", () => void choose("country", country.value));
currency.addEventListener("change", () => void choose("currency", currency.value));
await show();
await showProviders();
// Opened by a click on "Ask to be allowed" elsewhere.
if (new URLSearchParams(location.search).has("pair")) await askServer();

async function show() {
  const settings = await readSettings();
  words = await speak(settings);
  server.value = settings.server;
  token.value = settings.token;
  language.value = settings.language;
  const names = new Intl.DisplayNames(words.language, { type: "region" });
  const money = new Intl.DisplayNames(words.language, { type: "currency" });
  fill(country, COUNTRIES, settings.country, (code) => names.of(code) ?? code);
  const { shortcuts } = await thisBrowser();
  byId("shortcut", HTMLElement).textContent =
    shortcuts ? words.say("options_shortcut", shortcuts) : words.say("options_shortcut_firefox");
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
    // Readiness needs no token, and no known origin.
    await called.checkAllowed();
    showResult(words.say(isReady ? "server_ready" : "server_starting"), isReady ? "good" : "");
  } catch (error) {
    showFault(error);
  }
}

async function pair() {
  if (await save()) await askServer();
}

async function askServer() {
  showResult(words.say("checking"), "");
  try {
    const isAllowed = await askToBeAllowed(words, (shown) => {
      showResult(words.say("pair_code"), "");
      code.textContent = `${shown.slice(0, 3)} ${shown.slice(3)}`;
      code.hidden = false;
    });
    code.hidden = true;
    await show();
    showResult(words.say(isAllowed ? "pair_allowed" : "pair_refused"), isAllowed ? "good" : "bad");
    await showProviders();
  } catch (error) {
    showFault(error);
  }
}

/** @param {unknown} error */
function showFault(error) {
  const problem = problemOf(error);
  showResult(problemWords(problem, words).join("\n"), "bad");
  if (NOT_ALLOWED.has(problem.code)) byId("pair", HTMLButtonElement).focus();
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

/** The server may have changed, or the language. */
async function showProviders() {
  const place = byId("providers", HTMLElement);
  const called = new Server(await readSettings());
  await new ProviderList(place, {
    words,
    heading: "h3",
    providers: () => called.providers(),
    switchProvider: (name, enabled) => called.switchProvider(name, enabled),
    testProvider: (name) => called.testProvider(name),
    enterKeys: (name, keys) => called.enterKeys(name, keys),
    trouble,
  }).show();
}

/**
 * @param {unknown} error
 * @param {() => void} [retry]
 */
function trouble(error, retry) {
  const [title, advice] = problemWords(problemOf(error), words);
  const card = html("div", { class: "trouble", role: "alert" }, html("strong", {}, title), html("p", {}, advice));
  if (retry) {
    const again = html("button", { type: "button" }, words.say("try_again"));
    again.addEventListener("click", retry);
    card.append(again);
  }
  return card;
}

/**
 * @param {string} text
 * @param {"good" | "bad" | ""} tone
 */
function showResult(text, tone) {
  result.textContent = text;
  result.dataset.tone = tone;
  code.hidden = true;
}
