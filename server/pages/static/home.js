/** The first page: a picture comes in, its garments light up, one is chosen. */

import "./frame.js";
import { addressOf, readAddress } from "./address.js";
import { keptLook, lookAtAddress, lookAtFile, wasCancelled } from "./api.js";
import { anything } from "./ui/choice.js";
import { listenForPictures } from "./intake.js";
import { prepareFile } from "./prepare_file.js";
import { offerSample } from "./sample.js";
import { keepScroll, restoreScroll } from "./scrolling.js";
import { byId } from "./ui/build.js";
import { problemOf, problemWords } from "./ui/problems.js";
import { say, words } from "./words.js";
import { Workspace } from "./workspace.js";

/** @typedef {import("./intake.js").Picture} Picture */
/** @typedef {import("./ui/answers.js").Look} Look */
/** @typedef {import("./ui/problems.js").ProblemError} ProblemError */

const start = byId("start", HTMLElement);
const workspace = new Workspace(byId("workspace", HTMLElement), () => leave(), move, { liked, origin });
let work = new AbortController();

/** @param {boolean} isWorking */
function turnTo(isWorking) {
  start.hidden = isWorking;
  workspace.element.hidden = !isWorking;
  scrollTo({ top: 0 });
}

/**
 * Let the address say what is shown.
 *
 * @param {import("./ui/answers.js").Garment | null} garment
 * @param {boolean} isNew Back then leads to what was shown before.
 */
function move(garment, isNew) {
  const { look, choice } = workspace;
  if (!look) return;
  if (!garment && history.state?.fromList) {
    // The way back was this way in.
    history.back();
    return;
  }
  const address = addressOf(look.id, garment?.number ?? null, choice);
  const fromList = garment && readAddress().garment === null;
  if (isNew) history.pushState({ fromList }, "", address);
  else history.replaceState(history.state, "", address);
}

/**
 * An offer's own picture is what is looked at now; Back leads to where it was found.
 *
 * @param {import("./ui/answers.js").Liked} found
 * @param {string} title The offer's.
 */
function liked({ look, garment }, title) {
  history.pushState({ like: title }, "", addressOf(look.id, garment, { ...workspace.choice, ...anything() }));
  void run(null, async () => look, followAddress);
}

/** @returns {import("./ui/offer_panel.js").Origin | null} */
function origin() {
  const title = history.state?.like;
  return typeof title === "string" ? { title, back: () => history.back() } : null;
}

/** Back to the start; the browser's own Back button does the same. */
function leave() {
  work.abort();
  if (new URLSearchParams(location.search).has("look")) history.pushState(null, "", "/");
  showStart();
}

function showStart() {
  work.abort();
  workspace.clear();
  turnTo(false);
  byId("file", HTMLInputElement).focus({ preventScroll: true });
}

/**
 * @param {Blob | null} file
 * @param {(signal: AbortSignal) => Promise<Look>} makeLook
 * @param {() => void} again
 */
async function run(file, makeLook, again) {
  work.abort();
  const own = new AbortController();
  work = own;
  turnTo(true);
  // Not awaited: a picture that the browser cannot show is still analysed.
  const shown = workspace.begin(file);
  workspace.stage.busy(say("preparing"));
  try {
    const look = await makeLook(own.signal);
    await shown;
    if (own.signal.aborted) return;
    const said = readAddress();
    if (said.look !== look.id) history.pushState(null, "", addressOf(look.id, null, said.wanted));
    await workspace.show(look);
    if (said.look === look.id && said.garment) workspace.turnTo(said.garment, said.wanted);
  } catch (error) {
    if (wasCancelled(error) || own.signal.aborted) return;
    workspace.fail(error, again);
  }
}

/** @param {Picture} picture */
function take(picture) {
  const again = () => take(picture);
  if ("address" in picture) {
    run(null, (signal) => {
      workspace.stage.busy(say("fetching"));
      return lookAtAddress(picture.address, signal);
    }, again);
    return;
  }
  run(picture.file, async (signal) => {
    const file = await prepareFile(picture.file);
    signal.throwIfAborted();
    return lookAtFile(file, signal, (share) => {
      if (signal.aborted) return;
      const percent = Math.round(share * 100);
      workspace.stage.busy(share < 1 ? say("sending", percent) : say("finding"), share);
    });
  }, again);
}

/** @param {ProblemError} error */
function refuse(error) {
  // What is shown stays: a text that was pasted by mistake destroys nothing.
  if (workspace.look) {
    workspace.mention(error);
    return;
  }
  const fault = byId("address-fault", HTMLElement);
  fault.hidden = false;
  fault.textContent = problemWords(problemOf(error), words).join(". ");
}

function followAddress() {
  const { look, garment, wanted } = readAddress();
  if (!look) showStart();
  else if (workspace.look?.id === look) workspace.turnTo(garment, wanted);
  else run(null, () => keptLook(look), followAddress);
}

if (location.search) {
  followAddress();
  restoreScroll();
}
keepScroll();
void offerSample((file) => take({ file }), refuse);
listenForPictures(take, refuse);
addEventListener("popstate", followAddress);
