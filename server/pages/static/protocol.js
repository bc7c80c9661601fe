/**
 * What the server's API gives, as far as the pages use it (`/api/v1/openapi.json` has all).
 *
 * @typedef {[number, number]} Point In pixels of the look.
 *
 * @typedef {object} Garment
 * @property {number} number
 * @property {string} category
 * @property {[number, number, number, number]} box
 * @property {Point[][]} polygons
 * @property {{name: string, name_ko: string, hex: string}[]} colours
 * @property {{en: string, ko: string}} search_text
 * @property {string} crop
 *
 * @typedef {object} Look
 * @property {string} id
 * @property {number} width
 * @property {number} height
 * @property {string} created_at
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
 * @property {boolean} runs_early Nothing leaves the machine when it is asked.
 * @property {{en: string, ko: string}} leaves
 *
 * @typedef {object} Click
 * @property {string | null} look_id
 * @property {number | null} garment
 * @property {string} title
 * @property {string} link
 * @property {string | null} shop
 * @property {string | null} price
 * @property {string | null} currency
 * @property {string} created_at
 */

export {};
