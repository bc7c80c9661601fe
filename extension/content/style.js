/** How the overlay looks. It lives in a shadow root, apart from the page's own style. */

import { CHOICE_STYLE } from "./choice_style.js";

export const STYLE = `
:host {
  --paper: #fff; --ink: #15171c; --soft: #5a606c; --line: #e4e5e9; --wash: #f4f4f6;
  --accent: #b93a20; --good: #1c6b41; --bar: #e9e9ed; --focus: #1f5fd6; --edge: #858b97; --raised: #fff;
  --shadow: 0 1px 2px rgb(12 14 20 / .08), 0 12px 40px rgb(12 14 20 / .22);
  --font: system-ui, -apple-system, "Segoe UI", Roboto, "Apple SD Gothic Neo", "Malgun Gothic",
    "Noto Sans KR", "Noto Sans CJK KR", sans-serif;
}
/* Not on the host, whose style is reset against the page's. */
.lookup, .picking, .card { font: 400 14px/1.4 var(--font); color: var(--ink); outline: none;
  -webkit-font-smoothing: antialiased; }
@media (prefers-color-scheme: dark) {
  :host {
    --paper: #17181c; --ink: #f3f3f5; --soft: #a9aeba; --line: #2d2f36; --wash: #212329;
    --accent: #ff9a82; --good: #7fd6a4; --bar: #34363e; --focus: #8ab4ff; --edge: #7d8391; --raised: #3b3e47;
    --shadow: 0 0 0 1px rgb(255 255 255 / .07), 0 12px 40px rgb(0 0 0 / .6);
  }
}
/* Pages dim what lies behind their dialogs; nothing of ours has anything to dim. */
:host::backdrop { display: none !important; }
*, *::before, *::after { box-sizing: border-box; }
:lang(ko) { word-break: keep-all; }
[hidden] { display: none !important; }
h2, h3, p, ol, ul { margin: 0; padding: 0; font: inherit; list-style: none; }
button { font: inherit; color: inherit; background: none; border: 0; padding: 0; margin: 0;
  cursor: pointer; }
a { color: inherit; text-decoration: none; }
.sr-only { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
  white-space: nowrap; }
:focus { outline: none; }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; }
h2:focus-visible, .lookup:focus-visible { outline: none; }

/* Silhouettes ------------------------------------------------------------------------- */
.frame { position: fixed; inset: 0; pointer-events: none; }
.drawing { position: fixed; left: 0; top: 0; display: block; overflow: visible;
  transform-origin: 0 0; pointer-events: none; }
.dim { fill: rgb(8 10 16 / .36); animation: appear .35s ease-out both; }
.garment { cursor: pointer; outline: none; animation: appear .5s ease-out both;
  animation-delay: var(--delay); }
.garment path { vector-effect: non-scaling-stroke; stroke-linejoin: round;
  transition: fill .16s ease, stroke .16s ease, stroke-width .16s ease; }
.edge { fill: none; stroke: rgb(8 10 16 / .5); stroke-width: 4.5px; }
.shape { fill: rgb(255 255 255 / .16); stroke: rgb(255 255 255 / .95); stroke-width: 2px;
  pointer-events: visiblePainted; }
.garment:hover .shape { fill: rgb(255 255 255 / .32); stroke-width: 2.5px; }
.has-choice .garment .shape { fill: rgb(255 255 255 / .06); stroke: rgb(255 255 255 / .6); }
.has-choice .garment:hover .shape { fill: rgb(255 255 255 / .24); }
.has-choice .garment[aria-expanded=true] .shape { fill: rgb(255 255 255 / .26); stroke: #fff;
  stroke-width: 3px; }
.garment:focus-visible .edge { stroke: #fff; stroke-width: 9px; }
.garment:focus-visible .shape { stroke: #1f5fd6; stroke-width: 4px; fill: rgb(255 255 255 / .3); }
.label { position: fixed; left: 0; top: 0; max-width: min(320px, 90vw); padding: 6px 12px;
  border-radius: 999px; background: #15171c; color: #fff; font-size: 13px; font-weight: 550;
  box-shadow: 0 2px 12px rgb(0 0 0 / .35); opacity: 0; transform: translateY(4px);
  transition: opacity .14s ease, transform .14s ease; pointer-events: none; white-space: nowrap;
  overflow: hidden; text-overflow: ellipsis; }
.label.is-shown { opacity: 1; transform: none; }

/* The bar and the card ---------------------------------------------------------------- */
.notice { position: fixed; display: flex; align-items: center; gap: 10px; max-width: 92vw;
  padding: 5px 5px 5px 16px; border-radius: 999px; background: var(--paper); color: var(--ink);
  box-shadow: var(--shadow); pointer-events: auto; font-size: 13.5px; font-weight: 500;
  animation: appear .2s ease-out both; }
.notice.is-away { visibility: hidden; }
.notice.is-busy { animation-delay: .15s; }
.spinner { width: 16px; height: 16px; border-radius: 50%; border: 2px solid var(--bar);
  border-top-color: var(--accent); animation: turn .8s linear infinite; flex: none; }
.round { width: 32px; height: 32px; border-radius: 50%; display: grid; place-items: center;
  flex: none; color: var(--soft); transition: background .15s, color .15s; pointer-events: auto; }
.round:hover { background: var(--wash); color: var(--ink); }
.icon { width: 18px; height: 18px; fill: none; stroke: currentColor; stroke-width: 1.9;
  stroke-linecap: round; stroke-linejoin: round; display: block; }
.card { position: fixed; width: min(380px, calc(100vw - 24px)); padding: 22px 22px 18px;
  border-radius: 18px; background: var(--paper); box-shadow: var(--shadow); pointer-events: auto;
  animation: appear .2s ease-out both; overflow-wrap: anywhere; }
.card h2 { font-size: 17px; line-height: 1.3; font-weight: 650; letter-spacing: -.01em; }
.card p { margin-top: 8px; color: var(--soft); white-space: pre-line; user-select: text; }
.actions { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 18px; }
.button { padding: 8px 15px; border-radius: 999px; border: 1px solid var(--line); font-size: 13.5px;
  font-weight: 550; transition: background .15s, opacity .15s; }
.button:hover { background: var(--wash); }
.button.is-first { background: var(--ink); border-color: var(--ink); color: var(--paper); }
.button.is-first:hover { opacity: .86; }

/* Picking ----------------------------------------------------------------------------- */
.cover { position: fixed; inset: 0; pointer-events: auto; cursor: crosshair; outline: none; }
.cover.has-picture { cursor: pointer; }
.picked { position: fixed; left: 0; top: 0; border-radius: 4px; border: 3px solid #fff;
  outline: 2px solid rgb(8 10 16 / .6); background: rgb(255 255 255 / .18);
  box-shadow: 0 0 0 200vmax rgb(8 10 16 / .3); }

/* The panel --------------------------------------------------------------------------- */
.panel { position: fixed; top: 14px; bottom: 14px; right: 14px; width: min(392px, calc(100vw - 28px));
  display: flex; flex-direction: column; border-radius: 20px; background: var(--paper);
  color: var(--ink); box-shadow: var(--shadow); pointer-events: auto; overflow: hidden;
  animation: slide-right .26s cubic-bezier(.2, .8, .2, 1) both; }
.panel.is-left { right: auto; left: 14px; animation-name: slide-left; }
.panel header { display: flex; gap: 14px; align-items: center; padding: 16px 14px 14px 18px;
  border-bottom: 1px solid var(--line); }
.crop { width: 56px; height: 64px; border-radius: 11px; background: #fff; flex: none; padding: 4px;
  display: grid; place-items: center; overflow: hidden; box-shadow: inset 0 0 0 1px var(--line);
  color: #8a8f9b; }
.crop img { width: 100%; height: 100%; object-fit: contain; }
.naming { flex: 1; min-width: 0; }
.panel h2 { font-size: 18px; line-height: 1.25; font-weight: 650; letter-spacing: -.012em;
  overflow-wrap: anywhere; }
.under { display: flex; align-items: center; gap: 9px; margin-top: 5px; }
.dots { display: inline-flex; flex: none; }
.dot { width: 14px; height: 14px; border-radius: 50%;
  box-shadow: 0 0 0 2px var(--paper), inset 0 0 0 1px rgb(128 128 128 / .45); }
.dot + .dot { margin-left: -3px; }
.status { color: var(--soft); font-size: 13px; }
.body { overflow-y: auto; overscroll-behavior: contain; flex: 1; padding: 6px 8px 0;
  display: flex; flex-direction: column; scrollbar-width: thin; scrollbar-color: var(--bar) transparent; }
.row { display: flex; gap: 14px; padding: 10px; border-radius: 14px; transition: background .15s; }
.row:hover { background: var(--wash); }
.row:focus-visible { outline-offset: -2px; }
.thumb { position: relative; width: 84px; height: 104px; flex: none; border-radius: 11px; overflow: hidden; color: #8a8f9b;
  background: var(--wash); display: grid; place-items: center; }
.thumb::after { content: ""; position: absolute; inset: 0; border-radius: inherit;
  box-shadow: inset 0 0 0 1px rgb(128 132 142 / .22); }
.thumb img { width: 100%; height: 100%; object-fit: cover; animation: appear .25s ease-out both; }
.thumb .icon { width: 26px; height: 26px; stroke-width: 1.4; }
.facts { min-width: 0; flex: 1; display: flex; flex-direction: column; gap: 3px; padding: 1px 0; }
.from { display: flex; gap: 8px; align-items: center; min-height: 18px; padding-right: 34px; }
.shop { color: var(--soft); font-size: 12.5px; overflow: hidden; text-overflow: ellipsis;
  white-space: nowrap; }
.badge { flex: none; padding: 1px 7px; border-radius: 999px; border: 1px solid currentColor;
  color: var(--accent); font-size: 11px; font-weight: 600; }
.title { font-weight: 500; line-height: 1.32; display: -webkit-box; -webkit-box-orient: vertical;
  -webkit-line-clamp: 2; overflow: hidden; overflow-wrap: anywhere; word-break: keep-all; }
.no-price { color: var(--soft); font-size: 13px; }
.unbroken { white-space: nowrap; }
.price-line { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 8px; }
.price { font-size: 15.5px; font-weight: 650; font-variant-numeric: tabular-nums; }
.price-line s { color: var(--soft); font-size: 13px; font-variant-numeric: tabular-nums; }
.alike { display: flex; align-items: center; gap: 9px; margin-top: auto; color: var(--soft);
  font-size: 12.5px; }
.bar { width: 64px; height: 4px; border-radius: 2px; background: var(--bar); overflow: hidden; flex: none; }
.fill { display: block; height: 100%; border-radius: 2px; background: var(--accent); }
.offer { animation: rise .3s ease-out both; }
.skeleton { display: grid; grid-template-columns: 84px 1fr; grid-template-rows: 14px 18px 14px 1fr;
  gap: 10px 14px; padding: 10px; animation: breathe 1.5s ease-in-out infinite; }
.skeleton i { grid-row: 1 / 5; height: 104px; border-radius: 11px; background: var(--wash); }
.skeleton b { border-radius: 6px; background: var(--wash); }
.skeleton b:nth-of-type(1) { width: 38%; }
.skeleton b:nth-of-type(2) { width: 92%; }
.skeleton b:nth-of-type(3) { width: 54%; }
.skeleton:nth-child(2) { opacity: .7; } .skeleton:nth-child(3) { opacity: .4; }
.quiet, .rates-by { padding: 10px 10px 0; color: var(--soft); font-size: 12.5px; }
.trouble { padding: 14px 10px; color: var(--soft); display: grid; gap: 12px; justify-items: start; }
.trouble .button { color: var(--ink); }
.elsewhere { padding: 18px 10px 4px; }
.elsewhere h3 { font-size: 12.5px; font-weight: 600; color: var(--soft); margin-bottom: 9px; }
.chips { display: flex; flex-wrap: wrap; gap: 7px; }
.chip { display: inline-flex; padding: 6px 12px; border-radius: 999px; border: 1px solid var(--line);
  font-size: 13px; font-weight: 500; transition: background .15s; max-width: 100%;
  overflow-wrap: anywhere; }
.chip:hover { background: var(--wash); }
footer { margin-top: auto; padding: 18px 10px 16px; color: var(--soft); font-size: 12.5px; }
.link { color: var(--ink); text-decoration: underline; text-underline-offset: 2px; font-weight: 500; }
${CHOICE_STYLE}
@media (max-width: 640px) {
  .panel, .panel.is-left { top: auto; left: 0; right: 0; bottom: 0; width: 100%; max-height: 62vh;
    border-radius: 20px 20px 0 0; animation-name: slide-up; }
  .panel::before { content: ""; width: 36px; height: 4px; border-radius: 2px; background: var(--bar);
    margin: 8px auto -6px; flex: none; }
}
@keyframes appear { from { opacity: 0; } }
@keyframes rise { from { opacity: 0; transform: translateY(6px); } }
@keyframes turn { to { transform: rotate(1turn); } }
@keyframes breathe { 50% { opacity: .55; } }
@keyframes slide-right { from { opacity: 0; transform: translateX(24px); } }
@keyframes slide-left { from { opacity: 0; transform: translateX(-24px); } }
@keyframes slide-up { from { opacity: 0; transform: translateY(40px); } }
@media (prefers-reduced-motion: reduce) {
  *, *::before, *::after { animation-duration: 1ms !important; animation-delay: 0s !important;
    animation-iteration-count: 1 !important; transition: none !important; }
  .notice.is-busy { animation-delay: .15s !important; }
  .spinner { animation: none !important; border-color: var(--accent); border-style: dotted; }
}
@media (forced-colors: active) {
  .shape { stroke: Highlight; } .fill { background: Highlight; }
  .dot, .swatch { forced-color-adjust: none; border: 1px solid CanvasText; }
  .panel, .card, .notice { border: 1px solid CanvasText; }
}
`;
