/**
 * What differs between the web app and the extension: each makes one such object, and gives it to
 * everything here that draws.
 *
 * @typedef {object} Host
 * @property {import("./words.js").Words} words
 * @property {(element: Element, type: string, act: (event: any, target: Element) => void) => void}
 *   listen In the extension, no event of ours may reach the page around it.
 * @property {(path: string) => Promise<string | null>} picture An address that an `<img>` may show,
 *   of a picture on the server; null where there is none.
 * @property {(name: string, wish: import("./choice.js").Wish | null, shops: import("./choice.js").Shops)
 *   => void} keepWish Keep what the user thinks of a shop; `shops` are all of them.
 * @property {(look: string, change: import("./changes.js").Change) => Promise<import("./answers.js").Look>}
 *   change Have the server change a look, and get it as it is then; throws a `ProblemError`.
 * @property {() => Promise<import("./answers.js").Category[]>} categories What a garment may be.
 * @property {() => Promise<import("./asking.js").Shade[]>} colours That can be asked for.
 * @property {(text: string) => Promise<import("./asking.js").Understood>} understand What a text asks for.
 * @property {(look: string, garment: number, offer: string, isAway: boolean) => Promise<unknown>} putAway Keep
 *   that an offer is not the same, or that it is after all.
 * @property {(look: string, garment: number, offer: string) => Promise<import("./answers.js").Liked>} like
 *   Have the server look at an offer's own picture.
 * @property {(look: string) => Promise<import("./hearts.js").Marks>} saved What of a look is saved.
 * @property {(look: string, garment: number, offer: string | null, isSaved: boolean) => Promise<unknown>} save Save
 *   an offer for a garment, or (null) the garment, or remove it again.
 * @property {(look: string, garment: number) => void} saw Note that the offers for a garment are looked at.
 * @property {() => Promise<import("./protocol.js").Preparing | null>} preparing How far the catalogue's pictures
 *   are prepared; null where they all are.
 * @property {() => HTMLElement} more Leads to what leaves the machine, or to where that is changed.
 * @property {Appearance} appearance
 *
 * @typedef {object} Appearance How a panel and its garments are drawn.
 * @property {"dialog" | undefined} role Of the panel.
 * @property {"back" | "close"} leave How the panel is left: back to the left, or closed at the right.
 * @property {"aria-pressed" | "aria-expanded"} chosen What a garment has whose offers are shown.
 * @property {(name: string) => string} name The label of a garment.
 * @property {boolean} saysNewTab Whether links to shops tell screen readers that they open a new tab.
 * @property {number} edge How much more than the picture is dimmed, in pixels of the look.
 * @property {number} margin How far labels keep from edges, and from their garments, in CSS pixels.
 */

export {};
