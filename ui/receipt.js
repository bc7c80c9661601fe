/** What was sent for a garment: in a sentence, and in full for those who want to see or keep it. */

import { html } from "./build.js";

/** @typedef {import("./answers.js").Receipt} Receipt */
/** @typedef {import("./answers.js").Sending} Sending */
/** @typedef {import("./host.js").Host} Host */
/** @typedef {import("./words.js").Words} Words */

/** @type {Record<string, string>} */
const WHAT = { "crop": "sent_crop", "words": "sent_words", "picture address": "sent_picture_address" };
/** @type {Record<string, string>} */
const OUTCOMES = {
  "answered": "receipt_answered", "refused": "receipt_refused", "failed": "receipt_failed",
  "waiting": "receipt_waiting", "not sent": "receipt_not_sent",
};

/**
 * Say who was really sent what.
 *
 * @param {Receipt} receipt
 * @param {Words} words
 */
export function sentWords({ sendings }, words) {
  /** @type {Map<string, Set<string>>} What was sent, by whom it was sent to. */
  const sent = new Map();
  for (const { provider: name, title, what, outcome } of sendings) {
    if (outcome === "not sent" || what.length === 0) continue;
    const known = sent.get(words.provider({ name, title })) ?? new Set();
    for (const part of what) known.add(part);
    sent.set(words.provider({ name, title }), known);
  }
  /** @type {Map<string, string[]>} Whom it was sent to, by what was sent. */
  const to = new Map();
  for (const [title, what] of sent) {
    const key = [...what].sort().join();
    to.set(key, [...(to.get(key) ?? []), title]);
  }
  const sentences = [...to].map(([key, titles]) => key === "crop,words"
    ? words.say("sent_to", words.list(titles))
    : words.say("sent_part", words.list(titles), words.list(key.split(",").map((part) => whatWords(part, words)))));
  return sentences.length ? sentences.join(" ") : words.say("nothing_left");
}

/**
 * @param {Host} host
 * @param {Receipt} receipt
 * @returns {HTMLElement[]} None where there is nothing to show.
 */
export function receiptParts(host, receipt) {
  if (receipt.sendings.length === 0) return [];
  const { words, listen } = host;
  const save = html("button", { type: "button", class: "link" }, words.say("receipt_save"));
  listen(save, "click", () => download(receipt));
  const rows = receipt.sendings.map((sending) => html("li", {},
    html("strong", { dir: "auto" }, sending.host), " ",
    html("time", { datetime: sending.at }, words.clock(sending.at)),
    html("span", { class: "receipt-line" }, contents(sending, words)),
    html("span", { class: "receipt-line" }, outcome(sending, words))));
  return [html("details", { class: "receipt" }, html("summary", {}, words.say("receipt")),
    html("ul", {}, ...rows), save)];
}

/**
 * @param {Sending} sending
 * @param {Words} words
 */
function contents({ what, words: sent, crop_bytes: crop, sent_bytes: bytes }, words) {
  const parts = what.map((part) => {
    if (part === "words" && sent) return `“${sent}”`;
    return part === "crop" ? `${whatWords(part, words)} (${words.bytes(crop)})` : whatWords(part, words);
  });
  const all = parts.length ? words.list(parts) : words.say("receipt_nothing");
  return words.say("receipt_sent", all, words.bytes(bytes));
}

/**
 * @param {Sending} sending
 * @param {Words} words
 */
function outcome({ outcome: what, status, answer_bytes: bytes }, words) {
  return words.say(OUTCOMES[what] ?? "receipt_failed", words.bytes(bytes), status ?? "");
}

/**
 * @param {string} part
 * @param {Words} words
 */
function whatWords(part, words) {
  return words.say(WHAT[part] ?? part);
}

/** @param {Receipt} receipt */
function download(receipt) {
  const address = URL.createObjectURL(new Blob([JSON.stringify(receipt, null, 2)], { type: "application/json" }));
  const link = html("a", { href: address, download: `receipt-${receipt.id.slice(0, 8)}.json` });
  link.click();
  URL.revokeObjectURL(address);
}
