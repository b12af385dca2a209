/** @file What a figure's marks tell a page: the series they belong to, and a text for the pointer. */

/** Between series and text in the one description that Vega lets a mark have. */
const SEPARATOR = "\u001f";

/** A field of a mark's data: which series it is, and what a tooltip says of it. */
export function tipOf(series: string, tip = ""): string {
  return `${series}${SEPARATOR}${tip}`;
}

/** A layer whose marks carry the `tip` of their values; in others figures are silent. */
export function tipLayer(values: readonly { tip: string }[], mark: object, encoding: object): object {
  const description = { field: "tip", type: "nominal" };
  return { data: { values }, mark: { ...mark, aria: true }, encoding: { ...encoding, description } };
}

/**
 * The SVG with its marks' descriptions as `data-series` and `data-tip`, and without the roles and labels of its parts.
 *
 * To a screen reader a figure is one image with one label; the numbers are in the tables beside it.
 */
export function markData(svg: string): string {
  return svg.replace(/<[^>]*>/g, (tag) =>
    tag
      .replace(/ (?:role="graphics-\w+"|aria-roledescription="[^"]*"|aria-hidden="true")/g, "")
      .replace(/ aria-label="([^"]*)"/, (_, text: string) => {
        const [series, tip] = text.split(SEPARATOR);
        if (tip === undefined) return "";
        return ` data-series="${series}"${tip === "" ? "" : ` data-tip="${tip}"`}`;
      }),
  );
}
