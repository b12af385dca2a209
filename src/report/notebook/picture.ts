/** @file Pictures that a Jupyter notebook shows by itself when they are the last value of a cell. */

/** Where Jupyter's TypeScript kernel looks for what a value shows: contents by media type. */
const jupyterDisplay: unique symbol = Symbol.for("Jupyter.display");

/** A picture with its title, which stands for it where only text can be shown. */
export interface Picture {
  readonly title: string;
  readonly svg: string;
  /** For places that show no SVG; left out where nobody asked for it. */
  readonly png?: Uint8Array;
  readonly [jupyterDisplay]: () => Record<string, string>;
}

/** A figure of a report or any other drawing, for Jupyter to show: the PNG where there is one, else the SVG. */
export function picture({ title, svg, png }: { title: string; svg: string; png?: Uint8Array }): Picture {
  return {
    title,
    svg,
    ...(png === undefined ? {} : { png }),
    [jupyterDisplay]: () => ({
      ...(png === undefined ? { "image/svg+xml": svg } : { "image/png": Buffer.from(png).toString("base64") }),
      "text/plain": title,
    }),
  };
}
