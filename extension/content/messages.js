/**
 * The messages between page part and worker.
 *
 * Everything here crosses a process border as JSON. The page part runs beside the code of
 * strangers, so it learns nothing that it does not show: no server address, no token. The
 * worker remembers nothing between messages, as browsers end and restart it at will.
 *
 * @typedef {[number, number]} Point
 *
 * @typedef {object} Rect In CSS pixels of the viewport.
 * @property {number} x
 * @property {number} y
 * @property {number} width
 * @property {number} height
 *
 * @typedef {import("../ui/answers.js").Look} Look
 * @typedef {import("../ui/answers.js").Provider} Provider
 * @typedef {import("../ui/answers.js").SearchEvent} SearchEvent
 * @typedef {import("../ui/problems.js").Problem} Problem
 *
 * @typedef {object} PictureRequest
 * @property {string[]} addresses Best first; empty where only pixels will do.
 * @property {string} pageUrl
 *
 * @typedef {object} Visible What a screenshot of the tab needs to be cut to.
 * @property {Rect} rect The part of the picture that can be seen, in the tab's viewport.
 * @property {Point} viewport Width and height of the tab's viewport in CSS pixels.
 *
 * @typedef {object} Opening What starts the page part.
 * @property {"open"} type
 * @property {"point" | "pick"} mode
 * @property {string | null} srcUrl The picture that the browser itself saw under the pointer.
 * @property {string} language
 * @property {Record<string, string>} words
 * @property {string} css How the overlay looks.
 *
 * @typedef {{type: "look", picture: PictureRequest}} AskLook
 * @typedef {{type: "pixels", data: string | null}} GivePixels A data: URL.
 * @typedef {{type: "visible", visible: Visible | null}} GiveVisible
 * @typedef {{type: "offers", look: string, garment: number, search: number}} AskOffers
 * @typedef {{type: "thumbnail", path: string}} AskThumbnail
 * @typedef {{type: "click", look: string, garment: number, offer: string}} NoteClick
 * @typedef {{type: "wish", name: string, wish: import("../ui/choice.js").Wish | null}} KeepWish What
 *   to make of a shop from now on.
 * @typedef {{type: "options"} | {type: "alive"} | {type: "shops?"}} Simple
 * @typedef {KeepWish | AskLook | GivePixels | GiveVisible | AskOffers | AskThumbnail | NoteClick | Simple} ToWorker
 *
 * @typedef {{type: "look", look: Look, captured: boolean}} GiveLook `captured`: a screenshot, so
 *   it shows no more than the part that was named as visible.
 * @typedef {{type: "problem", problem: Problem}} GiveProblem
 * @typedef {{type: "pixels?"} | {type: "visible?"} | {type: "captured"}} AskPage
 * @typedef {{type: "providers", providers: Provider[] | null}} GiveProviders Null where the server
 *   does not say.
 * @typedef {{type: "event", search: number, event: SearchEvent}} GiveEvent
 * @typedef {{type: "search-problem", search: number, problem: Problem}} GiveSearchProblem
 * @typedef {{type: "thumbnail", path: string, data: string | null}} GiveThumbnail
 * @typedef {{type: "shops", shops: {name: string, wish: string}[]}} GiveShops
 * @typedef {GiveProviders | GiveShops | GiveEvent | GiveSearchProblem} AboutOffers
 * @typedef {AboutOffers | GiveLook | GiveProblem | AskPage | GiveThumbnail} ToPage
 */

/** Name of the port between the two. */
export const PORT_NAME = "where-to-buy";
