/** @file Images and words at given places, as a view. */

import { tipLayer, tipOf } from "../svg/mark-data.ts";

interface Place {
  /** In pixels, from the left and the top. */
  x: number;
  y: number;
}

/** An image as a data URI, with what a pointer is told of it. */
export interface PlacedImage extends Place {
  url: string;
  tip?: string;
}

/** A word on its baseline. */
export interface PlacedWord extends Place {
  text: string;
  size: number;
  weight?: "bold";
  align?: "left" | "center";
  color: string;
}

/** A patch of colour. */
export interface PlacedPatch extends Place {
  width: number;
  height: number;
  color: string;
}

export interface Pictures {
  images: PlacedImage[];
  /** What each image is drawn into. */
  cell: { width: number; height: number };
  words: PlacedWord[];
  patches?: PlacedPatch[];
  width: number;
  height: number;
}

/** The view; images are enlarged without smoothing. */
export function pictureView({ images, cell, words, patches = [], width, height }: Pictures): object {
  const pixel = (field: string) => ({ field, type: "quantitative", scale: null, axis: null });
  const color = { field: "color", type: "nominal", scale: null };
  const [x, y] = [pixel("x"), pixel("y")];
  const looks = Object.groupBy(words, ({ weight = "normal", align = "left" }) => `${weight} ${align}`);
  return {
    width,
    height,
    view: { stroke: null },
    layer: [
      {
        data: { values: patches.map((patch) => ({ ...patch, x2: patch.x + patch.width, y2: patch.y + patch.height })) },
        mark: { type: "rect" },
        encoding: { x, y, x2: { field: "x2" }, y2: { field: "y2" }, color },
      },
      tipLayer(
        images.map(({ tip = "", ...image }) => ({ ...image, tip: tipOf("", tip) })),
        { type: "image", ...cell, align: "left", baseline: "top", aspect: false, smooth: false },
        { x, y, url: { field: "url" } },
      ),
      ...Object.values(looks).map((values = []) => {
        const [{ weight = "normal", align = "left" }] = values;
        return {
          data: { values },
          mark: { type: "text", align, baseline: "alphabetic", fontWeight: weight },
          encoding: { x, y, text: { field: "text" }, size: { ...pixel("size"), legend: null }, color },
        };
      }),
    ],
  };
}
