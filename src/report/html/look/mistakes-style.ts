/** @file How wrong answers look in `report.html`: the matrix, the filters, the cards, one image enlarged. */

/** Shades end at `--deepest`, where the page's ink can still be read on them. */
export const mistakesStyle = `
.filters { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; margin: .6rem 0; font-size: .875rem; }
.filters[hidden] { display: none; }
.filters label { display: inline-flex; flex-wrap: wrap; gap: .4rem; align-items: center; color: var(--soft); }
select, textarea { font: inherit; max-width: 14rem; padding: .15rem .3rem; color: var(--ink); background: var(--paper); border: 1px solid var(--soft); border-radius: 5px; }
.filters output { min-width: 3rem; color: var(--ink); }
.beside { display: grid; grid-template-columns: fit-content(45%) 1fr; gap: 1rem 1.5rem; align-items: start; }
.matrix { font-size: .8rem; }
.matrix caption { min-width: 14rem; }
.matrix th, .matrix td { padding: .25rem .4rem; border: 0; }
.matrix thead th { min-width: 0; max-width: 6rem; text-align: center; color: var(--soft); font-weight: normal; overflow-wrap: anywhere; }
.matrix tbody th { max-width: 8rem; color: var(--soft); white-space: normal; overflow-wrap: anywhere; }
.matrix tbody td { min-width: 2.6rem; height: 2.4rem; text-align: center; border: 2px solid var(--page); border-radius: 6px; cursor: pointer; background: color-mix(in srgb, var(--shade) calc(var(--deepest) * var(--share)), var(--tint)); }
.matrix .right-answer { --shade: var(--blue); }
.matrix .wrong-answer { --shade: var(--vermilion); background: color-mix(in srgb, var(--shade) calc(var(--deepest) * sqrt(var(--share))), var(--tint)); }
.matrix td[aria-selected="true"] { border-color: var(--ink); }
.shots { display: grid; grid-template-columns: repeat(auto-fill, minmax(8rem, 1fr)); gap: .6rem; margin: .5rem 0; padding: 0; list-style: none; }
.shots li { margin: 0; padding: .45rem; background: var(--paper); border: 1px solid var(--line); border-radius: 8px; font-size: .8rem; line-height: 1.35; break-inside: avoid; }
.shots b { color: var(--target); }
.shots .right b { color: var(--good); }
.shots .sure { display: block; color: var(--soft); font-variant-numeric: tabular-nums; }
.picture { display: block; width: 100%; aspect-ratio: var(--shape); margin: 0 0 .3rem; padding: 0; border: 0; border-radius: 5px; background-size: calc(100% * var(--columns)) calc(100% * var(--rows)); background-position: calc(100% * var(--column) / max(1, var(--columns) - 1)) calc(100% * var(--row) / max(1, var(--rows) - 1)); print-color-adjust: exact; }
.picture.none { background: var(--tint); }
.picture.none::after { content: "no picture"; color: var(--soft); font-size: .75rem; }
.file { display: block; color: var(--soft); font-size: .72rem; overflow-wrap: anywhere; }
.copy-files + textarea { flex-basis: 100%; max-width: none; height: 8rem; }
dialog { max-width: min(40rem, 94vw); padding: 1rem 1.2rem; color: var(--ink); background: var(--paper); border: 1px solid var(--line); border-radius: 12px; }
dialog::backdrop { background: rgb(0 0 0 / .5); }
dialog .pictures { display: flex; gap: .8rem; }
dialog .pictures > * { flex: 1; max-width: 20rem; min-width: 0; }
.heat { position: relative; }
.heat[hidden] { display: none; }
.heat .picture { filter: grayscale(1); }
.heat canvas { position: absolute; inset: 0; width: 100%; height: calc(100% - .3rem); border-radius: 5px; }
dialog .file { font-size: .875rem; }
dialog .key { display: inline-block; margin-right: .45rem; }
dialog form { display: flex; gap: .5rem; margin-top: .8rem; }
dialog tr.bad { font-weight: normal; color: inherit; }
dialog tr.bad .verdict { color: var(--bad); font-weight: bold; }
dialog tr.good { color: inherit; }
dialog tr.good .verdict { color: var(--good); }
@media (max-width: 60rem) { .beside { grid-template-columns: minmax(0, 1fr); } }
`;
