/** The ways in for a picture: dropped, pasted, chosen, photographed, or its address. */

import { byId } from "./ui/build.js";
import { safeLink } from "./ui/links.js";
import { ProblemError } from "./ui/problems.js";
import { say } from "./words.js";

/** @typedef {{file: Blob} | {address: string}} Picture */

/** A picture in the markup that browsers write for what is dragged, and its address. */
const IMAGE = /<img\b[^>]*?\ssrc\s*=\s*(["'])(.*?)\1/gi;

/**
 * @param {(picture: Picture) => void} take
 * @param {(error: ProblemError) => void} refuse
 */
export function listenForPictures(take, refuse) {
  for (const id of ["file", "camera"]) {
    const input = byId(id, HTMLInputElement);
    const takeChosen = () => {
      const file = input.files?.[0];
      // The same file may be chosen again.
      input.value = "";
      if (file) take({ file });
    };
    input.addEventListener("change", takeChosen);
    // Over a slow network, the user may have been faster than this script.
    takeChosen();
  }
  listenToAddress(take);
  const takeFrom = (/** @type {DataTransfer | null} */ data) => {
    const picture = data && pictureIn(data);
    if (picture) take(picture);
    else refuse(new ProblemError("no-picture-dropped"));
  };
  addEventListener("paste", (event) => {
    // Text that is pasted into a field stays there.
    const isInField = event.target instanceof HTMLInputElement;
    if (isInField && !event.clipboardData?.files.length) return;
    event.preventDefault();
    takeFrom(event.clipboardData);
  });
  listenToDrops(takeFrom);
}

/**
 * @param {DataTransfer} data
 * @returns {Picture | null}
 */
function pictureIn(data) {
  const file = [...data.files].find(({ type }) => type.startsWith("image/")) ?? data.files[0];
  if (file) return { file };
  // What is dragged out of a link comes with the link's address; the picture's own is beside it.
  const shown = pictureOf(data.getData("text/html"));
  if (shown) return { address: shown };
  const text = data.getData("text/uri-list").split("\n").find((line) => !line.startsWith("#")) ||
    data.getData("text/plain");
  const address = addressIn(text.trim());
  return address ? { address } : null;
}

/**
 * @param {string} markup Of what was dragged or copied; only read, never shown.
 * @returns {string | null} The address of the one picture in it.
 */
function pictureOf(markup) {
  const images = [...markup.matchAll(IMAGE)];
  // A whole article that was copied is not about its first picture.
  const [, , address = ""] = images.length === 1 ? (images[0] ?? []) : [];
  return safeLink(address.replaceAll("&amp;", "&"));
}

/** @param {(data: DataTransfer | null) => void} takeFrom */
function listenToDrops(takeFrom) {
  const words = document.querySelector(".for-mouse");
  const light = (/** @type {boolean} */ isOver) => {
    document.body.classList.toggle("is-dropping", isOver);
    if (words) words.textContent = say(isOver ? "drop_now" : "drop_here");
  };
  addEventListener("dragover", (event) => {
    event.preventDefault();
    light(true);
  });
  addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) light(false);
  });
  addEventListener("drop", (event) => {
    event.preventDefault();
    light(false);
    takeFrom(event.dataTransfer);
  });
}

/**
 * @param {string} text As people type an address: often without its scheme.
 * @returns {string | null}
 */
function addressIn(text) {
  const isBare = /^(\/\/)?[^\s/:@?#]+\.[^\s/:@?#]+(:\d{1,5})?([/?#]|$)/.test(text);
  return safeLink(isBare ? `https://${text.replace(/^\/\//, "")}` : text);
}

/** @param {(picture: Picture) => void} take */
function listenToAddress(take) {
  const field = byId("url", HTMLInputElement);
  const fault = byId("address-fault", HTMLParagraphElement);
  const show = (/** @type {string} */ text) => {
    fault.hidden = !text;
    fault.textContent = text;
    field.toggleAttribute("aria-invalid", text !== "");
  };
  field.addEventListener("input", () => show(""));
  byId("address", HTMLFormElement).addEventListener("submit", (event) => {
    event.preventDefault();
    const address = addressIn(field.value.trim());
    show(address ? "" : say("address_fault"));
    if (address) take({ address });
    else field.focus();
  });
  byId("find", HTMLButtonElement).disabled = false;
}
