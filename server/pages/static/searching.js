/** Searches for offers, shown where they were asked for. */

import { providers, searchOffers, wasCancelled } from "./api.js";
import { searchParameters } from "./ui/asking.js";
import { problemOf } from "./ui/problems.js";

/** @typedef {import("./ui/offer_panel.js").OfferPanel} OfferPanel */

/**
 * Show offers as they come, until the end.
 *
 * @param {OfferPanel} panel
 * @param {AbortSignal} signal
 */
export async function search(panel, signal) {
  const { look, garment, choice } = panel;
  try {
    for await (const event of searchOffers(look.id, garment.number, searchParameters(choice), signal)) {
      if (signal.aborted) return;
      panel.receive(event);
    }
  } catch (error) {
    if (!wasCancelled(error) && !signal.aborted) panel.showProblem(problemOf(error));
  }
}

/**
 * Show one garment of an outfit's offers as they come.
 *
 * @param {import("./ui/answers.js").Look} look
 * @param {import("./ui/answers.js").Garment} garment
 * @param {(event: import("./ui/answers.js").SearchEvent) => void} receive
 * @param {AbortSignal} signal
 */
export async function searchOfOutfit(look, garment, receive, signal) {
  const events = searchOffers(look.id, garment.number, { mark: "true" }, signal);
  try {
    for await (const event of events) receive(event);
  } catch (error) {
    if (!wasCancelled(error)) throw error;
  }
}

/** @param {OfferPanel} panel */
export async function nameProviders(panel) {
  try {
    panel.setProviders(await providers());
  } catch (error) {
    // Offers still come; only the providers' names are missing.
    console.info("The server does not list its providers.", error);
    panel.setProviders(null);
  }
}
