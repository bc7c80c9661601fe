/** What people add to a look, and what they put right: how the server is asked, and what follows. */

/** @typedef {import("./answers.js").Garment} Garment */
/** @typedef {import("./answers.js").Look} Look */
/** @typedef {import("./protocol.js").GarmentChange} GarmentChange */
/** @typedef {[number, number, number, number]} Box In pixels of the look: x, y, width, height. */
/** @typedef {{box: Box} | {garment: number, wanted: GarmentChange}} Change */

/**
 * @param {string} look Its id.
 * @param {Change} change
 * @returns {{path: string, method: "POST" | "PATCH", body: string}} Below the API's own path.
 */
export function requestOf(look, change) {
  const path = `/looks/${encodeURIComponent(look)}/garments`;
  if ("box" in change) return { path, method: "POST", body: JSON.stringify({ box: change.box }) };
  const own = `${path}/${change.garment}`;
  return { path: own, method: "PATCH", body: JSON.stringify(change.wanted) };
}

/**
 * @param {Look} before
 * @param {Look} after
 * @param {number} number Of the garment that was changed; 0 for none.
 * @returns {Garment | null} Which garment to show next: the same one, or what it has become.
 */
export function nextGarment(before, after, number) {
  const known = new Set(before.garments.map((garment) => garment.number));
  return after.garments.find((garment) => garment.number === number) ??
    after.garments.find((garment) => !known.has(garment.number)) ?? null;
}
