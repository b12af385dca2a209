/** @file The style sheet of `report.html`. */

import { lightColors, pageLook } from "./page-look.ts";
import { compareStyle } from "./compare-style.ts";
import { curvesStyle } from "./curves-style.ts";
import { mistakesStyle } from "./mistakes-style.ts";
import { printStyle } from "./print-style.ts";

const page = `
html { scroll-padding-top: 3.5rem; -webkit-text-size-adjust: 100%; }
main { max-width: 74rem; margin: 0 auto; padding: 1rem 1.5rem 4rem; }
a { color: var(--link); }
abbr { text-decoration: underline dotted; text-underline-offset: .2em; cursor: help; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: .15rem 0 .5rem; letter-spacing: -.01em; }
h2 { font-size: 1.3rem; line-height: 1.3; margin: 0; }
h3 { font-size: 1.05rem; margin: 1.6rem 0 .5rem; }
h4 { font-size: .95rem; margin: 1.2rem 0 .4rem; }
p, li { max-width: 48rem; overflow-wrap: anywhere; }
p { margin: .55rem 0; }
li { margin: .2rem 0; }
.top { position: sticky; top: 0; z-index: 5; display: flex; gap: 1.15rem; align-items: center; padding: 0 1.5rem; overflow-x: auto; background: var(--paper); border-bottom: 1px solid var(--line); font-size: .875rem; scrollbar-width: none; }
.top a { flex: none; padding: .65rem 0 .55rem; color: var(--soft); text-decoration: none; border-bottom: 2px solid transparent; }
.top a:hover, .top a[aria-current] { color: var(--ink); border-color: var(--blue); }
.top b { flex: none; }
.part { margin: 1.75rem 0 0; padding-top: 1.25rem; border-top: 1px solid var(--line); }
.part:first-child { margin: 0; padding: 0; border: 0; }
details.part > summary { display: flex; align-items: baseline; gap: .75rem; flex-wrap: wrap; }
details.part > summary::before { content: "▸"; color: var(--soft); }
details.part[open] > summary::before { content: "▾"; }
details.part > summary::-webkit-details-marker { display: none; }
.soft, .context, figcaption, caption { color: var(--soft); font-size: .875rem; }
.context { margin: 0; max-width: none; }
.banner { display: inline-block; margin: .35rem 0; padding: .25rem .6rem; max-width: none; font-size: .8rem; line-height: 1.4; color: var(--warn-ink); background: var(--warn); border-radius: 5px; }
.lines { margin: .5rem 0; padding-left: 1.1rem; }
.lines li { max-width: 60rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .875rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding-bottom: .4rem; max-width: min(48rem, calc(100vw - 3rem)); }
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
.comparison tbody th { position: sticky; left: 0; background: var(--page); }
.comparison tr.model th { background: var(--tint); }
tr.settled td, tr.recommended td, tr.recommended th { font-weight: bold; }
`;

const answer = `
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: .7rem; margin: .7rem 0; padding: 0; list-style: none; }
.tiles li { max-width: none; margin: 0; padding: .55rem .8rem; background: var(--paper); border: 1px solid var(--line); border-radius: 9px; font-size: .82rem; line-height: 1.35; color: var(--soft); }
.tiles b { display: block; font-size: 1.3rem; line-height: 1.3; color: var(--ink); white-space: nowrap; }
.strategies { margin-top: .8rem; padding: .7rem 1rem .4rem; background: var(--paper); border: 1px solid var(--line); border-radius: 9px; }
.strategies table { width: 100%; }
.strategies caption { max-width: none; }
.strategies thead th { min-width: 0; border-bottom: 1px solid var(--line); color: var(--soft); font-size: .8rem; font-weight: normal; }
.strategies tbody tr:last-child > * { border-bottom: 0; }
.strategies tbody th { white-space: normal; }
.strategies .ends { display: flex; justify-content: space-between; }
.strategies td.plot { width: 38%; padding: .3rem .9rem; }
.strategies .key { display: inline-block; margin-right: .45rem; vertical-align: baseline; background: var(--own); }
.scale { display: block; width: 100%; height: 1rem; overflow: visible; }
.scale .axis { stroke: var(--line); }
.scale .spread { stroke: var(--own); stroke-width: 6px; stroke-opacity: .45; }
.scale circle { fill: var(--own); }
.tag { display: inline-block; margin-left: .35rem; padding: 0 .45rem; font-size: .75rem; font-weight: bold; border-radius: 5px; color: var(--ink); background: var(--tint); white-space: nowrap; }
.tag.good { color: var(--good); background: var(--good-tint); }
`;

const figures = `
figure { margin: 1rem 0; padding: .25rem; background: var(--paper); border: 1px solid var(--line); border-radius: 9px; overflow-x: auto; width: fit-content; max-width: 100%; }
figure:has(> noscript) { width: var(--width); aspect-ratio: var(--size); }
.for-phone { display: none; }
@media screen and (max-width: 40rem) {
  figure:has(> noscript) { aspect-ratio: var(--phone-size); }
  .for-wide { display: none; }
  .for-phone { display: block; }
  .for-phone svg { min-width: 0; width: 100%; }
}
figure svg { display: block; max-width: 100%; height: auto; min-width: var(--narrowest); }
figure image { image-rendering: pixelated; }
.off { opacity: .07; pointer-events: none; }
.toggles { display: flex; flex-wrap: wrap; gap: .3rem; padding: .4rem .5rem 0; position: sticky; left: 0; max-width: calc(100vw - 3.5rem); }
button { font: inherit; font-size: .8rem; color: var(--ink); background: var(--tint); border: 1px solid var(--line); border-radius: 7px; padding: .15rem .65rem; min-height: 1.9rem; cursor: pointer; }
.toggles button { display: inline-flex; align-items: center; gap: .4rem; border-radius: 999px; }
.toggles button[aria-pressed="false"] { color: var(--soft); background: var(--paper); text-decoration: line-through; }
.toggles button[aria-pressed="false"] .key { opacity: .25; }
.reached { stroke: var(--black); stroke-width: 2.5px; stroke-opacity: 1; }
.unseen { position: absolute; width: 1px; height: 1px; margin: 0; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.key { width: .7rem; height: .7rem; border-radius: 50%; }
.tip { position: fixed; z-index: 10; max-width: min(20rem, 90vw); padding: .4rem .6rem; font-size: .8rem; line-height: 1.35; color: #fff; background: #222; border: 1px solid #555; border-radius: 4px; pointer-events: none; overflow-wrap: anywhere; }
.tip[hidden] { display: none; }
[data-tip] { cursor: default; }
`;

const rest = `
code, pre, .digest { font-family: ui-monospace, "Liberation Mono", Menlo, Consolas, monospace; font-size: .85rem; }
.command { display: flex; align-items: start; gap: .5rem; margin: .4rem 0 .8rem; max-width: 60rem; }
pre { flex: 1; min-width: 0; margin: 0; background: var(--tint); border: 1px solid var(--line); border-radius: 7px; padding: .45rem .8rem; white-space: pre-wrap; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: minmax(8rem, 12rem) 1fr; gap: .35rem 1rem; margin: .75rem 0; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
.files { display: flex; flex-wrap: wrap; gap: .25rem 1rem; padding: 0; list-style: none; }
details { margin: .6rem 0; }
summary { cursor: pointer; }
details > p { margin-left: 1rem; }
.good { color: var(--good); }
.bad { color: var(--bad); font-weight: bold; }
@media (max-width: 40rem) {
  body { font-size: 14px; }
  main { padding: .6rem .9rem 3rem; }
  .top { padding: 0 .9rem; gap: .9rem; }
  h1 { font-size: 1.2rem; margin-bottom: .3rem; }
  .lines { margin: .35rem 0; font-size: .82rem; line-height: 1.38; }
  .tiles { grid-template-columns: 1fr 1fr; gap: .45rem; margin: .45rem 0; }
  .tiles li { padding: .35rem .55rem; font-size: .75rem; line-height: 1.3; }
  .tiles b { font-size: 1.05rem; }
  .banner, .context { font-size: .75rem; line-height: 1.35; }
  .strategies { padding: .5rem .6rem .2rem; }
  .strategies caption { font-size: .75rem; line-height: 1.35; padding-bottom: .1rem; }
  .strategies thead { display: none; }
  .strategies tbody tr { display: grid; grid-template-columns: 1fr auto auto; column-gap: .5rem; align-items: baseline; padding: .4rem 0; border-bottom: 1px solid var(--line); }
  .strategies tbody tr > * { padding: 0; border: 0; }
  .strategies td.plot { grid-row: 2; grid-column: 1 / -1; width: auto; padding: .2rem .4rem; }
  .strategies td.least { grid-row: 3; text-align: left; color: var(--soft); font-size: .75rem; }
  .strategies td[data-name]::before { content: attr(data-name) " "; }
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: .5rem; }
}
`;

/** Inlined into the page. Figures take their colours from the same properties, so they follow the page into the dark. */
export const reportStyle = `${pageLook}${page}${answer}${figures}${rest}${mistakesStyle}${compareStyle}${curvesStyle}
@media print {
:root { color-scheme: light; ${lightColors} --page: #fff; }
${printStyle}
}
`;
