/**
 * The currency of a country, both by their ISO codes. `currencies.js` is not committed:
 * manifest-builder writes it into the copies, from `server/goods/currencies.py`.
 */
export const CURRENCIES: Record<string, string>;
