/** The toolbar button's popup: whether the server answers, and a way to pick a picture. */

import { openPairing } from "../background/pages.js";
import { Server } from "../background/server.js";
import { readSettings } from "../background/settings.js";
import { speak } from "../options/speaking.js";
import { byId } from "../ui/build.js";
import { NOT_ALLOWED, problemOf, problemWords } from "../ui/problems.js";

const settings = await readSettings();
const words = await speak(settings);

byId("pick", HTMLButtonElement).addEventListener("click", () => void ask("pick"));
byId("screen", HTMLButtonElement).addEventListener("click", () => void ask("screen"));
byId("pair", HTMLButtonElement).addEventListener("click", async () => {
  await openPairing();
  window.close();
});
byId("history", HTMLButtonElement).addEventListener("click", () => void openPage("/history"));
const file = byId("file", HTMLInputElement);
file.addEventListener("change", () => void take(file.files?.[0]));
addEventListener("paste", (event) => void take(event.clipboardData?.files[0]));
addEventListener("dragover", (event) => event.preventDefault());
addEventListener("drop", (event) => {
  event.preventDefault();
  void take(event.dataTransfer?.files[0]);
});
byId("options", HTMLButtonElement).addEventListener("click", () => {
  void chrome.runtime.openOptionsPage();
  window.close();
});

const [tab] = await chrome.tabs.query({ active: true, currentWindow: true });
const hasNotice = tab?.id !== undefined && await chrome.action.getBadgeText({ tabId: tab.id });
if (hasNotice) showAdvice(await chrome.action.getTitle({ tabId: tab.id }));
await showState();

/** @param {"pick" | "screen"} type */
async function ask(type) {
  if (tab?.id !== undefined) await chrome.runtime.sendMessage({ type, tabId: tab.id });
  window.close();
}

/**
 * Have the server look at a picture, and show on its own page what was found.
 *
 * @param {File | undefined} picture
 */
async function take(picture) {
  const working = byId("working", HTMLElement);
  working.hidden = false;
  if (!picture) {
    working.textContent = problemWords({ code: "no-picture-dropped", detail: "", hint: "" }, words).join(". ");
    return;
  }
  working.textContent = words.say("finding");
  try {
    const look = await new Server(settings).lookAtPixels(picture, undefined, "");
    await openPage(`/?look=${encodeURIComponent(look.id)}`);
  } catch (error) {
    working.textContent = problemWords(problemOf(error), words).join(". ");
  }
}

/** @param {string} path Of the server's own pages. */
async function openPage(path) {
  await chrome.tabs.create({ url: settings.server + path });
  window.close();
}

async function showState() {
  setState("checking", "");
  try {
    const server = new Server(settings);
    const isReady = await server.isReady();
    await server.checkAllowed();
    setState(isReady ? "server_ready" : "server_starting", isReady ? "good" : "");
  } catch (error) {
    const problem = problemOf(error);
    byId("pair", HTMLButtonElement).hidden = !NOT_ALLOWED.has(problem.code);
    const [title, advice] = problemWords(problem, words);
    byId("state", HTMLElement).textContent = title;
    document.body.dataset.state = "bad";
    showAdvice(advice);
  }
}

/**
 * @param {string} key
 * @param {string} state
 */
function setState(key, state) {
  byId("state", HTMLElement).textContent = words.say(key);
  document.body.dataset.state = state;
}

/** @param {string} text */
function showAdvice(text) {
  const advice = byId("advice", HTMLElement);
  advice.hidden = false;
  advice.textContent = text;
}
