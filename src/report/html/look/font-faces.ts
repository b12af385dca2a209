/** @file The typeface of a page, carried in the page itself. */

import { fontFile } from "../../font/typeface.ts";

const weights = { normal: 400, bold: 700 } as const;

/** Text in figures was measured in this font, so a page that carries it clips none, whatever fonts a system has. */
export function fontFaces(): string {
  return (["normal", "bold"] as const)
    .map((weight) => {
      const source = `url(data:font/woff;base64,${fontFile(weight).toString("base64")}) format("woff")`;
      return `@font-face { font-family: Arimo; font-weight: ${weights[weight]}; src: ${source}; }`;
    })
    .join("\n");
}
