/** @file How strategies are compared in `report.html`: the grid of verdicts, tables that can be sorted, the choice of a budget. */

/** A verdict is a sign and a shade; shades end where ink can still be read. */
export const compareStyle = `
.verdicts caption { min-width: min(30rem, 80vw); }
.verdicts td { min-width: 4.2rem; text-align: center; border: 2px solid var(--page); border-radius: 6px; background: var(--tint); }
.verdicts td b { display: block; font-size: 1rem; line-height: 1.2; }
.verdicts .better { background: color-mix(in srgb, var(--green) 28%, var(--paper)); }
.verdicts .worse { background: color-mix(in srgb, var(--vermilion) 28%, var(--paper)); }
.verdicts .none { color: var(--soft); background: none; }
.verdicts thead th { min-width: 0; text-align: center; font-weight: normal; border-bottom: 0; }
.verdicts tbody th { border-bottom: 0; }
th button { all: unset; cursor: pointer; text-decoration: underline dotted; text-underline-offset: .2em; }
th button:focus-visible { outline: 2px solid var(--blue); outline-offset: 2px; }
th[aria-sort="ascending"] button::after { content: " ▲"; }
th[aria-sort="descending"] button::after { content: " ▼"; }
@media (max-width: 40rem) {
  .verdicts td { min-width: 2.6rem; padding: .3rem .1rem; font-size: .8rem; }
  .verdicts tbody th { padding: .3rem .3rem .3rem 0; white-space: normal; }
}
.budget { display: flex; flex-wrap: wrap; gap: .3rem .8rem; align-items: center; margin: .2rem 0 .5rem; font-size: .875rem; }
.budget[hidden] { display: none; }
.budget input { flex: 1; max-width: 22rem; }
.budget output { font-weight: bold; }
.budget .how-sure { flex-basis: 100%; margin: 0; }
`;
