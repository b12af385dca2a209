/** @file The style sheet of `report.html`. */

/** Inlined into the page; figures keep a white card in dark mode, since they are drawn on white. */
export const reportStyle = `
:root { color-scheme: light dark; --ink: #1b1b1b; --soft: #5a5a5a; --paper: #fff; --line: #dcdcdc; --tint: #f5f6f8; --accent: #0072b2; --warn: #fff3d6; --warn-line: #e69f00; --warn-ink: #3d2a00; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e8e8; --soft: #a9a9a9; --paper: #17181a; --line: #3a3c40; --tint: #212327; --accent: #56b4e9; --warn: #3a2c08; --warn-line: #e69f00; --warn-ink: #ffe7b0; } }
* { box-sizing: border-box; }
body { margin: 0; color: var(--ink); background: var(--paper); font: 16px/1.55 Arimo, "Liberation Sans", Arial, Helvetica, sans-serif; }
main { max-width: 68rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.1rem; color: var(--soft); font-weight: normal; margin: 0 0 .5rem; }
h2 { font-size: 1.35rem; margin: 2.75rem 0 .75rem; padding-top: .75rem; border-top: 1px solid var(--line); }
h3 { font-size: 1.05rem; margin: 1.75rem 0 .5rem; }
p, li { max-width: 46rem; overflow-wrap: anywhere; }
p { margin: .6rem 0; }
li { margin: .3rem 0; }
.answer { font-size: 1.5rem; line-height: 1.35; font-weight: bold; margin: .25rem 0 1rem; }
.banner { background: var(--warn); color: var(--warn-ink); border-left: 4px solid var(--warn-line); padding: .6rem .9rem; max-width: none; }
.soft, figcaption, caption { color: var(--soft); font-size: .9rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .875rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding-bottom: .4rem; max-width: min(46rem, calc(100vw - 2.5rem)); }
th, td { padding: .35rem .6rem; border-bottom: 1px solid var(--line); text-align: left; white-space: nowrap; }
thead th { border-bottom: 2px solid var(--soft); vertical-align: bottom; white-space: normal; min-width: 4.5rem; }
tbody th { font-weight: normal; }
tr.model { font-weight: bold; background: var(--tint); }
tr.model th { font-weight: bold; }
.comparison table { font-size: .8rem; }
.comparison th, .comparison td { padding: .35rem .3rem; }
.comparison thead th { min-width: 4rem; }
.right { text-align: right; }
.wordy td { white-space: normal; vertical-align: top; }
.wordy tbody th { vertical-align: top; }
.comparison tbody th { position: sticky; left: 0; background: var(--paper); }
.comparison tr.model th { background: var(--tint); }
figure { margin: 1rem 0; padding: .25rem; background: #fff; border: 1px solid var(--line); border-radius: 6px; overflow-x: auto; width: fit-content; max-width: 100%; }
figure svg { display: block; max-width: 100%; height: auto; min-width: 34rem; }
.off { opacity: .07; pointer-events: none; }
.toggles { display: flex; flex-wrap: wrap; gap: .3rem; padding: .4rem .5rem 0; position: sticky; left: 0; max-width: calc(100vw - 3rem); }
.toggles button { display: inline-flex; align-items: center; gap: .4rem; font: inherit; font-size: .8rem; color: #222; background: #f2f3f5; border: 1px solid #c9ccd1; border-radius: 999px; padding: .15rem .65rem; min-height: 1.9rem; cursor: pointer; }
.toggles button[aria-pressed="false"] { color: #666; background: #fff; text-decoration: line-through; }
.toggles button[aria-pressed="false"] .key { opacity: .25; }
.reached { stroke: #000; stroke-width: 2.5px; stroke-opacity: 1; }
.unseen { position: absolute; width: 1px; height: 1px; margin: 0; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
figure:focus-visible, .toggles button:focus-visible, summary:focus-visible { outline: 2px solid #0072b2; outline-offset: 2px; }
.key { width: .7rem; height: .7rem; border-radius: 50%; }
.tip { position: fixed; z-index: 10; max-width: min(20rem, 90vw); padding: .4rem .6rem; font-size: .8rem; line-height: 1.35; color: #fff; background: #222; border-radius: 4px; pointer-events: none; overflow-wrap: anywhere; }
.tip[hidden] { display: none; }
[data-tip] { cursor: default; }
tr.settled td, tr.recommended td, tr.recommended th { font-weight: bold; }
details > p { margin-left: 1rem; }
code, pre, .digest { font-family: ui-monospace, "Liberation Mono", Menlo, Consolas, monospace; font-size: .85rem; }
pre { background: var(--tint); border: 1px solid var(--line); border-radius: 6px; padding: .75rem 1rem; overflow-x: auto; }
dl { display: grid; grid-template-columns: minmax(8rem, 12rem) 1fr; gap: .35rem 1rem; margin: .75rem 0; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
details { margin: .6rem 0; }
summary { cursor: pointer; }
.bad { color: #c0392b; font-weight: bold; }
@media (max-width: 40rem) { .answer { font-size: 1.2rem; } dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .5rem; } }
@media print {
  :root { color-scheme: light; --ink: #000; --soft: #444; --paper: #fff; --tint: #f5f5f5; --line: #bbb; --accent: #0072b2; --warn: #fff; --warn-ink: #000; }
  main { max-width: none; padding: 0; }
  h2, h3 { break-after: avoid; }
  figure, table, tr, pre, .banner { break-inside: avoid; }
  caption, thead { break-after: avoid; }
  figure { border: 0; }
  .toggles, .tip, .unseen { display: none; }
  .off { opacity: 1; }
  figure { padding: 0; overflow: visible; }
  figure svg { min-width: 0; max-height: 24cm; }
  figure[data-toggles] svg { max-height: 11.5cm; }
  figure[data-toggles]:is(#learning-curves, #feature-maps, #tuning) svg { max-height: 16cm; }
  .scroll { overflow: visible; }
  .scroll table, .comparison table { font-size: .65rem; width: 100%; }
  .scroll th, .scroll td, .comparison th, .comparison td { padding: .2rem .25rem; white-space: normal; }
  .scroll thead th, .comparison thead th { min-width: 0; }
  .comparison tbody th { position: static; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; }
}
`;
