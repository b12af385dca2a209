/** @file How rows of curves look in `report.html`; the part of uPlot's own style sheet (MIT) that they need, in our words. */

export const curvesStyle = `
.curves[hidden] { display: none; }
.curve-row { display: grid; grid-template-columns: 11rem 1fr 1fr; gap: .25rem 1rem; align-items: start; padding: .4rem 0; border-top: 1px solid var(--line); }
.curve-row p { margin: 0; }
.curve-row .key { display: inline-block; margin-right: .45rem; }
.curve-row > div { min-width: 0; }
.read-out { font-variant-numeric: tabular-nums; color: var(--ink); }
.uplot { position: relative; }
.u-wrap { position: relative; user-select: none; touch-action: pan-y; }
.u-over, .u-under, .u-axis, .u-cursor-x, .u-cursor-pt { position: absolute; }
.u-cursor-x, .u-cursor-pt { left: 0; top: 0; pointer-events: none; }
.u-cursor-x { height: 100%; border-right: 1px dashed var(--soft); }
.u-cursor-pt { border-radius: 50%; }
.u-over .u-off, .u-select { display: none; }
.uplot canvas { display: block; position: relative; width: 100%; height: 100%; }
@media (max-width: 48rem) { .curve-row { grid-template-columns: 1fr; } }
@media print { .curves { display: none; } }
`;
