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
 * @property {Seen | null} seen Null where the frame cannot know where in the tab it is.
 *
 * @typedef {object} Seen How the picture is on the screen when it is asked about.
 * @property {Visible} visible
 * @property {Rect | null} part The part of the picture that can be seen, in shares of it; null
 *   where that cannot be known.
 * @property {boolean} isNeeded Whether only the screen's pixels will do.
 *
 * @typedef {object} Visible What a screenshot of the tab needs to be cut to.
 * @property {Rect} rect The part of the picture that can be seen, in the tab's viewport.
 * @property {Point} viewport Width and height of the tab's viewport in CSS pixels.
 *
 * @typedef {object} Opening What starts the page part.
 * @property {"open"} type
 * @property {"point" | "pick" | "frame" | "screen"} mode "frame": the picture is in a frame that the
 *   extension may not enter; "screen": what is seen of the page is the picture.
 * @property {string | null} screen A data: URL of that.
 * @property {number} frameId The browser's number of the frame that this is for.
 * @property {string | null} srcUrl The picture that the browser itself saw under the pointer.
 * @property {{id: number, site: string} | null} refused That frame; null where nobody can allow us to enter it.
 * @property {string[]} entered Origins of the frames that are opened together.
 * @property {boolean} isAlways Whether the page part is always on this site.
 * @property {string} language
 * @property {Record<string, string>} words
 * @property {string} css How the overlay looks.
 *
 * @typedef {{type: "look", picture: PictureRequest}} AskLook
 * @typedef {{type: "pixels", data: string | null}} GivePixels A data: URL.
 * @typedef {{type: "offers", look: string, garment: number, search: number, isFurther: boolean,
 *   wanted: import("../ui/asking.js").Parameters}} AskOffers `isFurther`: beside the searches that run.
 * @typedef {{type: "put", ask: number, look: string, garment: number, offer: string, isAway: boolean}} AskPut
 * @typedef {{type: "like", ask: number, look: string, garment: number, offer: string}} AskLike
 * @typedef {{type: "saved?", ask: number, look: string}} AskSaved
 * @typedef {{type: "save", ask: number, look: string, garment: number, offer: string | null, isSaved: boolean}} AskSave
 * @typedef {{type: "understand", ask: number, text: string}} AskUnderstand
 * @typedef {{type: "colours?", ask: number}} AskColours
 * @typedef {{type: "change", ask: number, look: string, change: import("../ui/changes.js").Change}}
 *   AskChange `ask` comes back with the answer, as it does below.
 * @typedef {{type: "categories?", ask: number}} AskCategories
 * @typedef {{type: "preparing?", ask: number}} AskPreparing
 * @typedef {{type: "thumbnail", path: string}} AskThumbnail
 * @typedef {{type: "click", look: string, garment: number, offer: string}} NoteClick
 * @typedef {{type: "saw", look: string, garment: number}} NoteGarment
 * @typedef {{type: "wish", name: string, wish: import("../ui/choice.js").Wish | null}} KeepWish What
 *   to make of a shop from now on.
 * @typedef {{type: "options"} | {type: "pair"} | {type: "alive"} | {type: "shops?"}} Simple
 * @typedef {KeepWish | AskLook | GivePixels | AskOffers | AskChange | AskCategories | AskPut | AskLike | AskUnderstand |
 *   AskColours | AskPreparing | AskSave | AskSaved | AskThumbnail | NoteClick | NoteGarment | Simple} ToWorker
 *
 * @typedef {{type: "look", look: Look, captured: boolean, still: string | null}} GiveLook
 *   `captured`: of the screen, so it shows no more than the part that was named as visible; `still`
 *   is that part, a data: URL.
 * @typedef {{type: "problem", problem: Problem}} GiveProblem
 * @typedef {{type: "pixels?"} | {type: "captured"}} AskPage
 * @typedef {{type: "providers", providers: Provider[] | null}} GiveProviders Null where the server
 *   does not say.
 * @typedef {{type: "event", search: number, event: SearchEvent}} GiveEvent
 * @typedef {{type: "search-problem", search: number, problem: Problem}} GiveSearchProblem
 * @typedef {{type: "thumbnail", path: string, data: string | null}} GiveThumbnail
 * @typedef {{type: "answer", ask: number, value: unknown}} GiveAnswer
 * @typedef {{type: "no-answer", ask: number, problem: Problem}} GiveNoAnswer
 * @typedef {{type: "shops", shops: {name: string, wish: string}[]}} GiveShops
 * @typedef {GiveProviders | GiveShops | GiveEvent | GiveSearchProblem} AboutOffers
 * @typedef {AboutOffers | GiveLook | GiveProblem | GiveAnswer | GiveNoAnswer | AskPage | GiveThumbnail} ToPage
 *
 * Without a port, from the page part, the first three in answer to a click:
 *
 * @typedef {{type: "allow", site: string, frame: {id: number, srcUrl: string | null} | null}} Allow
 *   Ask the person for the permission to be on a site, or in a frame of one.
 * @typedef {{type: "picked"}} Picked Pick mode is over in one frame, so it is in all.
 * @typedef {{type: "screen"}} Screen What is seen of the tab is the picture.
 * @typedef {{type: "removed"}} Removed The page removes what is ours.
 * @typedef {{type: "end-pick", except: number}} EndPick From the worker; but in one frame.
 */

/** Name of the port between the two. */
export const PORT_NAME = "where-to-buy";
