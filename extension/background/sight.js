/** What is seen on the screen, and whether a picture shows the same. */

/** @typedef {import("../content/messages.js").Rect} Rect */

/** Both are compared as so many colours each way: no detail, but what is where. */
const GRID = 24;
/** Pictures whose brightness goes together less than this are two, whatever lies over one. */
const ALIKE = 0.85;
/** Differences of brightness below this are of the compression; of 255. */
const FLAT = 6;
/** A point that is off by more than this shows something else. */
const OFF = 45;
/** Share of such points that a caption or a button may explain. */
const MOST_OFF = 0.2;
const WHOLE = { x: 0, y: 0, width: 1, height: 1 };

/**
 * Return whether a picture shows what is on the screen. Pages dim, tint and label their pictures.
 *
 * @param {OffscreenCanvas} seen
 * @param {Blob} picture
 * @param {Rect} part Which part of the picture is on the screen, in shares of it.
 * @returns {Promise<boolean>}
 */
export async function shows(seen, picture, part) {
  const bitmap = await createImageBitmap(picture);
  const { width, height } = bitmap;
  const cut = { x: part.x * width, y: part.y * height, width: part.width * width, height: part.height * height };
  const own = brightness(bitmap, cut);
  bitmap.close();
  const other = brightness(seen, { ...WHOLE, width: seen.width, height: seen.height });
  return isAlike(own, other);
}

/**
 * @param {ImageBitmap | OffscreenCanvas} source
 * @param {Rect} cut
 * @returns {Float64Array} `GRID` by `GRID` values, 0 to 255.
 */
function brightness(source, cut) {
  // In two steps: a single large one would pick pixels instead of averaging them.
  const middle = new OffscreenCanvas(GRID * 8, GRID * 8);
  draw(middle, source, cut);
  const small = new OffscreenCanvas(GRID, GRID);
  const { data } = draw(small, middle, { x: 0, y: 0, width: middle.width, height: middle.height })
    .getImageData(0, 0, GRID, GRID);
  return Float64Array.from({ length: GRID * GRID }, (_, place) => {
    const [red = 0, green = 0, blue = 0] = data.subarray(place * 4, place * 4 + 3);
    return 0.299 * red + 0.587 * green + 0.114 * blue;
  });
}

/**
 * @param {OffscreenCanvas} target
 * @param {ImageBitmap | OffscreenCanvas} source
 * @param {Rect} cut
 */
function draw(target, source, { x, y, width, height }) {
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (
    target.getContext("2d", { willReadFrequently: true }));
  context.imageSmoothingQuality = "high";
  // JPEG has no transparency: there it is white, as on most pages.
  context.fillStyle = "#fff";
  context.fillRect(0, 0, target.width, target.height);
  context.drawImage(source, x, y, width, height, 0, 0, target.width, target.height);
  return context;
}

/**
 * @param {Float64Array} one
 * @param {Float64Array} other
 */
function isAlike(one, other) {
  const [mean, spread] = spreadOf(one);
  const [otherMean, otherSpread] = spreadOf(other);
  if (spread < FLAT || otherSpread < FLAT) return spread < FLAT && otherSpread < FLAT;
  let together = 0;
  let off = 0;
  for (let place = 0; place < one.length; place += 1) {
    const own = ((one[place] ?? 0) - mean) / spread;
    const its = ((other[place] ?? 0) - otherMean) / otherSpread;
    together += own * its;
    if (Math.abs(own - its) * spread > OFF) off += 1;
  }
  return together / one.length > ALIKE && off / one.length < MOST_OFF;
}

/** @param {Float64Array} values */
function spreadOf(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return /** @type {const} */ ([mean, Math.sqrt(square)]);
}
