/** @file What every page of ours looks like: its typeface, and its colours by day and by night. */

import { inkProperties } from "../../look/inks.ts";
import { fontFaces } from "./font-faces.ts";

/** On paper and on a light screen. */
export const lightColors = `${inkProperties("light")} --page: #fbfbfa; --line: #e0e2e5; --tint: #f3f4f5; --link: #005a94; --good: #0b6b4f; --good-tint: #e3f3ec; --warn: #fff3d6; --warn-ink: #3d2a00; --bad: #b3261e; --deepest: 70%;`;
const darkColors = `${inkProperties("dark")} --page: #131517; --line: #32373c; --tint: #24282c; --link: #7cc0f2; --good: #5fd3a8; --good-tint: #14312a; --warn: #3a2c08; --warn-ink: #ffe7b0; --bad: #ff8a80; --deepest: 50%;`;

/** The beginning of a page's style sheet. */
export const pageLook = `
${fontFaces()}
:root { color-scheme: light dark; ${lightColors} }
@media (prefers-color-scheme: dark) { :root { ${darkColors} } }
* { box-sizing: border-box; }
body { margin: 0; color: var(--ink); background: var(--page); font: 15px/1.5 Arimo, "Liberation Sans", Arial, Helvetica, sans-serif; }
:focus-visible { outline: 2px solid var(--blue); outline-offset: 2px; }
`;
