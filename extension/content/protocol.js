/**
 * What page part and worker say to each other.
 *
 * Everything here crosses a process border as JSON. The page part runs beside code of
 * strangers, so it learns nothing that it does not show: no server address, no token. The
 * worker remembers nothing between messages, as browsers end and restart it as they like.
 *
 * @typedef {[number, number]} Point
 *
 * @typedef {object} Rect In CSS pixels of the viewport.
 * @property {number} x
 * @property {number} y
 * @property {number} width
 * @property {number} height
 *
 * @typedef {object} Colour
 * @property {string} name
 * @property {string} name_ko
 * @property {string} hex
 * @property {number} share
 *
 * @typedef {object} Garment
 * @property {number} number
 * @property {string} category
 * @property {[number, number, number, number]} box
 * @property {Point[][]} polygons
 * @property {Colour[]} colours
 * @property {{en: string, ko: string}} search_text
 * @property {string} crop
 *
 * @typedef {object} Look
 * @property {string} id
 * @property {number} width
 * @property {number} height
 * @property {Garment[]} garments
 *
 * @typedef {object} Converted
 * @property {string} price
 * @property {string} currency
 * @property {string} rate Units of this currency for one of the shop's.
 * @property {string | null} as_of A day; null for the user's own rate.
 * @property {string} source "ecb" or "given".
 *
 * @typedef {object} Seller
 * @property {string} id
 * @property {string} provider
 * @property {string} link
 * @property {string | null} shop
 * @property {{amount: string, currency: string} | null} price
 * @property {Converted | null} converted
 * @property {"in_stock" | "out_of_stock" | "preorder" | null} availability
 *
 * @typedef {object} Offer
 * @property {string} id
 * @property {string} provider
 * @property {"product" | "search"} type
 * @property {string} title
 * @property {string} link
 * @property {string | null} shop
 * @property {string | null} price
 * @property {string | null} currency
 * @property {string | null} list_price
 * @property {"in_stock" | "out_of_stock" | "preorder" | null} availability
 * @property {Converted | null} converted The price in the user's currency, where it is another.
 * @property {"new" | "used" | "refurbished" | null} condition
 * @property {{amount: string, currency: string} | null} shipping At least.
 * @property {boolean | null} same_colour As the garment; null where nobody knows.
 * @property {Seller[]} sellers Further sellers of the same product.
 * @property {string | null} picture
 * @property {number | null} similarity
 * @property {number} score
 * @property {boolean} partner
 * @property {string[]} why
 *
 * @typedef {{event: "offers", provider: string, offers: Offer[]}} OffersEvent
 * @typedef {{event: "failed", provider: string, reason: string}} FailedEvent
 * @typedef {{event: "done", order: string[]}} DoneEvent
 * @typedef {OffersEvent | FailedEvent | DoneEvent} SearchEvent
 *
 * @typedef {object} Provider
 * @property {string} name
 * @property {string} title
 * @property {boolean} enabled
 * @property {string | null} switch
 * @property {string[]} needs
 * @property {boolean} runs_early Nothing leaves the machine when it is asked.
 * @property {{en: string, ko: string}} leaves
 *
 * @typedef {object} Problem
 * @property {string} code
 * @property {string} detail In the server's words; the page part has better ones for most codes.
 * @property {string} hint
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
 * @property {"en" | "ko"} language
 * @property {Record<string, string>} words
 *
 * @typedef {{type: "look", picture: PictureRequest}} AskLook
 * @typedef {{type: "pixels", data: string | null}} GivePixels A data: URL.
 * @typedef {{type: "visible", visible: Visible | null}} GiveVisible
 * @typedef {{type: "offers", look: string, garment: number, search: number}} AskOffers
 * @typedef {{type: "thumbnail", path: string}} AskThumbnail
 * @typedef {{type: "click", look: string, garment: number, offer: string}} TellClick
 * @typedef {{type: "wish", name: string, wish: import("./choice.js").Wish | null}} TellWish What
 *   to make of a shop from now on.
 * @typedef {{type: "options"} | {type: "alive"} | {type: "shops?"}} Simple
 * @typedef {TellWish | AskLook | GivePixels | GiveVisible | AskOffers | AskThumbnail | TellClick | Simple} ToWorker
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
 * @typedef {GiveShops | GiveLook | GiveProblem | AskPage | GiveProviders | GiveEvent | GiveSearchProblem | GiveThumbnail} ToPage
 */

/** Name of the port between the two. */
export const PORT_NAME = "where-to-buy";
