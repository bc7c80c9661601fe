/**
 * A frame around anything in the picture, by mouse, touch or keyboard.
 *
 * A mouse draws at once, wherever it is dragged. A finger scrolls the page, so for touch and keyboard
 * there is a mode of its own (`start`): a frame is there already, a finger draws another one, arrow
 * keys move it and, with Shift, resize it.
 */

import { html, svg } from "./build.js";
import { problemOf, problemWords } from "./problems.js";

/** @typedef {import("./answers.js").Look} Look */
/** @typedef {import("./changes.js").Box} Box */
/** @typedef {import("./host.js").Host} Host */
/** @typedef {{x: number, y: number}} Point */

/** CSS pixels from which a press that moves is no click. */
const DRAGGED = 6;
/** Least width and height of a frame, in CSS pixels. */
const SMALLEST = 20;
/** Share of the picture's longer side that an arrow key moves by. */
const STEP = 0.02;
/** Share of the picture that the first frame leaves on each side. */
const FIRST = 0.25;
/** A frame whose middle is below this share of the picture has the bar above it, where that lies on the picture. */
const LOW = 0.6;
/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class Framing {
  /**
   * @param {Host} host
   * @param {SVGSVGElement} drawing Whose coordinates are the look's pixels.
   * @param {Look} look
   * @param {{changed: (isFraming: boolean) => void, framed: (look: Look) => void}} actions
   */
  constructor(host, drawing, look, actions) {
    this.host = host;
    this.drawing = drawing;
    this.look = look;
    this.actions = actions;
    const { words, listen } = host;
    /** @type {Box | null} */
    this.box = null;
    /** Whether the frame has a mode of its own. */
    this.isOpen = false;
    /** Just after a drag: the click that follows it means nothing. */
    this.hasDrawn = false;
    /** Number of the question whose answer is waited for; 0 for none. */
    this.asked = 0;
    this.asking = 0;
    /** @type {{id: number, at: Point, from: Point} | null} Where a button or finger went down. */
    this.press = null;
    this.isDrawing = false;
    this.surface = svg("rect", { class: "frame-surface", x: 0, y: 0, width: look.width, height: look.height });
    this.shade = svg("path", { class: "frame-shade", "fill-rule": "evenodd" });
    this.edge = svg("rect", { class: "frame-edge" });
    this.shape = svg("rect", { class: "frame-shape", tabindex: 0, role: "application",
      "aria-label": words.say("frame_keys") });
    this.element = svg("g", { class: "framing" }, this.surface, this.shade, this.edge, this.shape);
    this.text = html("span", { class: "frame-text", role: "status" });
    this.spinner = html("span", { class: "spinner", "aria-hidden": "true", hidden: true });
    this.search = html("button", { type: "button", class: "button is-first" }, words.say("frame_take"));
    const cancel = html("button", { type: "button", class: "button" }, words.say("cancel"));
    listen(this.search, "click", () => void this.#take());
    listen(cancel, "click", () => this.cancel());
    this.bar = html("div", { class: "notice frame-bar", role: "group", "aria-label": words.say("frame"),
      hidden: true }, this.spinner, this.text, html("span", { class: "actions" }, this.search, cancel));
    this.place = html("span", { class: "sr-only", role: "status" });
    listen(this.shape, "keydown", (event) => this.#key(event));
    this.#show();
  }

  /** Begin with a frame in the middle of what can be seen, for touch and keyboard. */
  start() {
    const { width, height } = this.look;
    this.#open();
    this.#set([width * FIRST, height * FIRST, width * (1 - 2 * FIRST), height * (1 - 2 * FIRST)]);
    this.#say("frame_hint");
    this.shape.focus({ preventScroll: true });
  }

  /** @returns {boolean} Whether there was anything to leave. */
  cancel() {
    const isBusy = this.isOpen || this.isDrawing;
    this.press = null;
    this.isDrawing = false;
    this.asked = 0;
    this.box = null;
    this.#close();
    return isBusy;
  }

  /**
   * What a pointer does on the picture.
   *
   * @param {PointerEvent} event
   * @returns {boolean} Whether it belongs to a frame.
   */
  hear(event) {
    switch (event.type) {
      case "pointerdown":
        return this.#down(event);
      case "pointermove":
        return this.#move(event);
      case "pointerup":
        return this.#up();
      case "pointercancel":
        if (this.isDrawing && !this.isOpen) this.cancel();
        this.press = null;
        return false;
      default:
        return this.isDrawing;
    }
  }

  /** @param {PointerEvent} event */
  #down(event) {
    this.hasDrawn = false;
    const isMeant = event.button === 0 && event.isPrimary && this.asked === 0;
    // A finger that is not asked to draw scrolls.
    if (!isMeant || (event.pointerType === "touch" && !this.isOpen)) return false;
    const at = { x: event.clientX, y: event.clientY };
    this.press = { id: event.pointerId, at, from: this.#inPicture(at) };
    return this.isOpen;
  }

  /** @param {PointerEvent} event */
  #move(event) {
    const { press } = this;
    if (!press || event.pointerId !== press.id) return false;
    const at = { x: event.clientX, y: event.clientY };
    if (!this.isDrawing) {
      if (Math.hypot(at.x - press.at.x, at.y - press.at.y) < DRAGGED) return this.isOpen;
      this.isDrawing = true;
      this.drawing.setPointerCapture(press.id);
      this.#say("frame_draw");
    }
    const to = this.#inPicture(at);
    const { from } = press;
    this.#set([Math.min(from.x, to.x), Math.min(from.y, to.y), Math.abs(to.x - from.x), Math.abs(to.y - from.y)]);
    return true;
  }

  #up() {
    const wasDrawing = this.isDrawing;
    this.press = null;
    this.isDrawing = false;
    if (!wasDrawing) return this.isOpen;
    this.hasDrawn = true;
    this.#show();
    // The click comes within the same task, if at all.
    setTimeout(() => {
      this.hasDrawn = false;
    });
    if (this.#isLarge()) void this.#take();
    else if (this.isOpen) this.#say("frame_small");
    else this.cancel();
    return true;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const arrow = ARROWS[event.key];
    if (this.asked || !this.box || (!arrow && event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    if (!arrow) {
      void this.#take();
      return;
    }
    const step = STEP * Math.max(this.look.width, this.look.height);
    const [across, down] = [arrow[0] * step, arrow[1] * step];
    let [x, y, width, height] = this.box;
    if (event.shiftKey) {
      width = between(width + across, step, this.look.width - x);
      height = between(height + down, step, this.look.height - y);
    } else {
      x = between(x + across, 0, this.look.width - width);
      y = between(y + down, 0, this.look.height - height);
    }
    this.#set([x, y, width, height]);
    this.actions.changed(true);
    this.place.textContent = this.host.words.say("frame_place", ...[
      x / this.look.width, y / this.look.height, width / this.look.width, height / this.look.height,
    ].map((share) => Math.round(share * 100)));
  }

  /** Have the server look at what is in the frame. */
  async #take() {
    const { box } = this;
    if (!box || this.asked) return;
    this.asking += 1;
    const own = this.asking;
    this.asked = own;
    this.#open();
    this.#say("frame_looking");
    const rounded = /** @type {Box} */ (box.map((value) => Math.round(value * 10) / 10));
    try {
      const look = await this.host.change(this.look.id, { box: rounded });
      if (this.asked !== own) return;
      this.cancel();
      this.actions.framed(look);
    } catch (error) {
      if (this.asked !== own) return;
      this.asked = 0;
      this.#fail(problemWords(problemOf(error), this.host.words));
    }
  }

  /** @param {[string, string]} problem */
  #fail([title, advice]) {
    this.#busy(false);
    this.text.textContent = `${title}. ${advice}`;
    this.bar.classList.add("is-long");
    this.actions.changed(true);
    this.search.focus({ preventScroll: true });
  }

  /** @param {string} key */
  #say(key) {
    this.bar.classList.remove("is-long");
    this.#busy(key === "frame_looking");
    this.text.textContent = this.host.words.say(key);
    // The bar has another width now.
    if (this.isOpen) this.actions.changed(true);
  }

  /** @param {boolean} isBusy */
  #busy(isBusy) {
    this.spinner.hidden = !isBusy;
    this.search.hidden = isBusy || !this.#isLarge();
    this.element.classList.toggle("is-busy", isBusy);
  }

  #open() {
    if (this.isOpen) return;
    this.isOpen = true;
    this.bar.hidden = false;
    this.#show();
    this.actions.changed(true);
  }

  #close() {
    const wasOpen = this.isOpen;
    this.isOpen = false;
    this.bar.hidden = true;
    this.place.textContent = "";
    this.#show();
    if (wasOpen) this.actions.changed(false);
  }

  /** @param {Box} box */
  #set(box) {
    this.box = box;
    this.#show();
  }

  #show() {
    const { box, isOpen, look } = this;
    // What is below the bar may be what is meant.
    this.bar.classList.toggle("is-away", this.isDrawing);
    this.bar.classList.toggle("is-high", box !== null && box[1] + box[3] / 2 > LOW * look.height);
    this.element.classList.toggle("is-open", isOpen);
    this.element.classList.toggle("has-frame", box !== null);
    this.drawing.classList.toggle("is-framing", isOpen || box !== null);
    if (!box) return;
    const [x, y, width, height] = box;
    for (const rect of [this.edge, this.shape]) {
      for (const [name, value] of Object.entries({ x, y, width, height })) {
        rect.setAttribute(name, String(value));
      }
    }
    this.shade.setAttribute("d", `M0 0H${look.width}V${look.height}H0ZM${x} ${y}h${width}v${height}h${-width}Z`);
  }

  #isLarge() {
    const matrix = this.drawing.getScreenCTM();
    if (!this.box || !matrix) return false;
    const [, , width, height] = this.box;
    return width * Math.hypot(matrix.a, matrix.b) >= SMALLEST &&
      height * Math.hypot(matrix.c, matrix.d) >= SMALLEST;
  }

  /**
   * @param {Point} point In the window.
   * @returns {Point} In pixels of the look, and within it.
   */
  #inPicture({ x, y }) {
    const matrix = this.drawing.getScreenCTM();
    const at = matrix ? new DOMPoint(x, y).matrixTransform(matrix.inverse()) : new DOMPoint();
    return { x: between(at.x, 0, this.look.width), y: between(at.y, 0, this.look.height) };
  }
}

/**
 * @param {number} value
 * @param {number} least
 * @param {number} most
 */
function between(value, least, most) {
  return Math.max(least, Math.min(most, value));
}
