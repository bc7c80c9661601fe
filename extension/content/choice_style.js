/** How sorting, filters and the menu of a shop look. */

export const CHOICE_STYLE = `
.choice { position: sticky; top: -6px; z-index: 3; flex: none; margin: -6px -8px 6px; padding: 10px 14px;
  border-bottom: 1px solid var(--line); background: var(--paper); }
.choice-line { display: flex; align-items: center; justify-content: space-between; gap: 8px; }
.segments { display: inline-flex; padding: 3px; border-radius: 999px; background: var(--wash); min-width: 0; }
.segment { min-height: 34px; padding: 4px 14px; border-radius: 999px; color: var(--soft); font-size: 13.5px;
  font-weight: 550; white-space: nowrap; transition: background .15s, color .15s; }
.segment:hover { color: var(--ink); }
.segment[aria-pressed=true] { background: var(--raised); color: var(--ink); box-shadow: 0 1px 3px rgb(12 14 20 / .16); }
.filter-opener { display: inline-flex; align-items: center; gap: 7px; min-height: 40px; padding: 6px 14px 6px 12px;
  border: 1px solid var(--line); border-radius: 999px; font-size: 13.5px; font-weight: 550;
  white-space: nowrap; flex: none; transition: background .15s; }
.filter-opener:hover, .filter-opener[aria-expanded=true] { background: var(--wash); }
.badge-count { min-width: 18px; padding: 0 5px; border-radius: 9px; background: var(--ink); color: var(--paper);
  font-size: 11.5px; line-height: 18px; font-weight: 650; text-align: center; margin-right: -4px; }
.filters { display: grid; gap: 10px; padding: 12px 0 4px; animation: appear .18s ease-out both; }
.filter-part { display: flex; flex-wrap: wrap; align-items: center; gap: 8px; }
.filter-name { color: var(--soft); font-size: 13px; margin-right: 4px; }
.amounts { display: flex; align-items: center; gap: 8px; flex: 1 1 180px; min-width: 0; color: var(--soft); }
.amount { display: flex; align-items: center; gap: 6px; flex: 1; min-width: 0; min-height: 40px; padding: 0 12px;
  border: 1px solid var(--edge); border-radius: 12px; cursor: text; }
.amount:focus-within { outline: 2px solid var(--focus); outline-offset: 1px; }
.amount.is-wrong { border-color: var(--accent); }
.amount input { width: 100%; min-width: 0; padding: 0; border: 0; background: none; color: var(--ink); outline: none;
  font: inherit; font-size: 14px; font-variant-numeric: tabular-nums; }
.amount input::placeholder { color: var(--soft); opacity: 1; }
.amount .sign { font-size: 13.5px; }
.amount .sign:empty { display: none; }
.amount-fault { width: 100%; color: var(--accent); font-size: 13px; }
.toggle { display: inline-flex; align-items: center; gap: 8px; min-height: 40px; padding: 6px 14px; border-radius: 999px;
  border: 1px solid var(--line); font-size: 13.5px; font-weight: 550; transition: background .15s; }
.toggle:hover { background: var(--wash); }
.toggle[aria-pressed=true] { background: var(--ink); border-color: var(--ink); color: var(--paper); }
.swatch { width: 14px; height: 14px; border-radius: 50%; margin-left: -3px; flex: none;
  box-shadow: inset 0 0 0 1px rgb(128 128 128 / .6); }
.wishes { display: flex; flex-wrap: wrap; gap: 6px; min-width: 0; }
.wish { display: inline-flex; align-items: center; gap: 6px; max-width: 100%; padding: 2px 3px 2px 11px;
  border-radius: 999px; background: var(--wash); font-size: 13px; }
.wish > .icon, .liked .icon { width: 15px; height: 15px; }
.wish.is-prefer > .icon, .liked .icon { color: var(--accent); fill: currentColor; }
.wish-name { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.undo-wish { width: 32px; height: 32px; border-radius: 50%; display: grid; place-items: center; flex: none;
  color: var(--soft); }
.undo-wish:hover { background: var(--bar); color: var(--ink); }
.undo-wish .icon { width: 14px; height: 14px; }
.offer { position: relative; }
.is-settled .offer { animation: none; }
.liked { display: inline-flex; flex: none; }
.more { position: absolute; top: 0; right: 4px; width: 40px; height: 40px; border-radius: 50%; display: grid;
  place-items: center; color: var(--soft); transition: background .15s, color .15s; }
.more .icon { stroke-width: 2.6; }
.more:hover, .more[aria-expanded=true] { background: var(--bar); color: var(--ink); }
.offer.has-menu { z-index: 2; }
.shop-menu { position: absolute; top: 40px; right: 8px; z-index: 2; scroll-margin: 60px 0 10px; min-width: 200px; max-width: calc(100% - 16px);
  padding: 5px; border-radius: 14px; background: var(--paper); box-shadow: var(--shadow), 0 0 0 1px var(--line);
  animation: appear .12s ease-out both; }
.shop-choice { display: flex; align-items: center; gap: 10px; width: 100%; min-height: 44px; padding: 8px 12px;
  border-radius: 10px; text-align: left; font-size: 14px; overflow-wrap: anywhere; }
.shop-choice:hover { background: var(--wash); }
.shop-choice:focus-visible { outline-offset: -2px; }
.shop-choice .icon { color: var(--soft); flex: none; }
.told { display: flex; align-items: center; gap: 12px; margin: 8px 12px; padding: 4px 6px 4px 16px; border-radius: 14px;
  background: var(--ink); color: var(--paper); font-size: 13.5px; flex: none; }
.told:empty { padding: 0; margin: 0; }
.told-text { flex: 1; min-width: 0; overflow-wrap: anywhere; }
.told .link { min-height: 40px; padding: 4px 10px; color: inherit; border-radius: 10px; flex: none; }
.told .link:focus-visible { outline-color: currentColor; outline-offset: -3px; }
.about { color: var(--soft); font-size: 13.5px; font-variant-numeric: tabular-nums; }
/* The dot before what begins a line is cut off, whichever that is. */
.terms { display: flex; flex-wrap: wrap; margin-left: -15px; clip-path: inset(0 0 0 15px); color: var(--soft);
  font-size: 12.5px; }
.terms > * { position: relative; padding-left: 15px; }
.terms > *::before { content: "·"; position: absolute; left: 5px; color: var(--soft); font-weight: 400; }
.stock.in_stock { color: var(--good); }
.condition { color: var(--ink); font-weight: 550; }
.left-out { display: flex; align-items: center; justify-content: space-between; gap: 12px; margin: 8px 10px 0;
  padding: 8px 8px 8px 14px; border-radius: 14px; background: var(--wash); color: var(--soft); font-size: 13px; }
.left-out.is-all { flex-direction: column; gap: 14px; margin-top: 12px; padding: 26px 18px; font-size: 14px;
  text-align: center; color: var(--ink); }
.show-all { min-height: 40px; padding: 6px 14px; font-size: 13.5px; color: var(--ink); background: var(--paper);
  flex: none; }
.sellers { padding: 0 10px 10px 108px; margin-top: -4px; color: var(--soft); font-size: 12.5px; }
.sellers-name { display: block; line-height: 22px; }
.seller { display: flex; align-items: baseline; gap: 6px; min-height: 26px; line-height: 26px; white-space: nowrap;
  font-variant-numeric: tabular-nums; }
.seller-name { overflow: hidden; text-overflow: ellipsis; color: var(--ink); text-decoration: underline;
  text-underline-offset: 3px; text-decoration-color: var(--edge); }
.seller-price { flex: none; }
strong.seller-price { color: var(--ink); font-weight: 650; }
.seller:hover .seller-name { text-decoration-color: currentColor; }
.seller .about { font-size: inherit; }
@media (max-width: 520px) { .seller .about { display: none; } }
/* Where there is little room, the filters scroll away with the list. */
@media (max-width: 640px), (max-height: 560px) { .choice { position: static; } }
@media (max-width: 380px) {
  .segment { padding: 4px 10px; }
  .sellers { padding-left: 10px; }
}
@media (forced-colors: active) {
  .segment[aria-pressed=true], .toggle[aria-pressed=true] { outline: 2px solid Highlight; }
  .shop-menu, .told { border: 1px solid CanvasText; }
}
`;
