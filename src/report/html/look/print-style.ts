/** @file How `report.html` is printed: one page of summary, then the rest. */

/** The rules within `@media print`; what is folded on the screen is unfolded by the page's script. */
export const printStyle = `
html { scroll-padding-top: 0; }
body { font-size: 12px; }
main { max-width: none; padding: 0; }
.top, .toggles, .tip, .unseen, button { display: none; }
.summary { break-after: page; }
.part { border: 0; padding: 0; }
h2, h3, h4, caption, thead, details.part > summary { break-after: avoid; }
figure, table, tr, pre, .banner, .tiles li { break-inside: avoid; }
figure { border: 0; padding: 0; overflow: visible; }
figure svg { min-width: 0; max-height: 24cm; }
figure[data-toggles] svg { max-height: 11.5cm; }
figure[data-toggles]:is(#learning-curves, #feature-maps, #tuning) svg { max-height: 16cm; }
.off { opacity: 1; }
.scroll { overflow: visible; }
.scroll table, .comparison table { font-size: .65rem; width: 100%; }
.scroll th, .scroll td, .comparison th, .comparison td { padding: .2rem .25rem; white-space: normal; }
.scroll thead th, .comparison thead th { min-width: 0; }
.comparison tbody th { position: static; }
`;
