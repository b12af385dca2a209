/** @file What an exported model says of itself, so that any image can be prepared as in training. */

import { z } from "zod";
import { DataError, type Interpolation, interpolations } from "../../core/index.ts";
import { type ImageFitOptions, type ImageShape, type PixelScales, imageFits } from "../../data/node/index.ts";
import type { Normalization } from "../../engine/nn/index.ts";

/** A model's classes, and how an image becomes its input. */
export interface ExportFacts {
  readonly run: string;
  readonly network: string;
  /** In the order of the outputs. */
  readonly classNames: readonly string[];
  readonly imageShape: ImageShape;
  /** `cover` by default, as for named data sets. */
  readonly fit?: ImageFitOptions["fit"];
  readonly resizeShorter?: number | undefined;
  /** `bilinear` by default. */
  readonly interpolation?: Interpolation | undefined;
  /** How pixels that are no bytes become bytes, by their type; not said where there were none. */
  readonly pixelScales?: PixelScales | undefined;
  /** What is done to pixel values in [0, 1], where the file itself does not do it. */
  readonly normalization?: Normalization | undefined;
}

const side = z.int().min(1);
const channelValues = z.array(z.number()).min(1).max(3);
const scale = z.strictObject({ low: z.number(), high: z.number(), isWhole: z.boolean() });
const jsonOf = <T extends z.ZodType>(schema: T) => z.preprocess(parsedJson, schema);

/** By key: how a value reads, and what it is to be. */
const fields = {
  run: { schema: z.string(), what: "the id of a run" },
  network: { schema: z.string(), what: "the name of a network" },
  classes: { schema: jsonOf(z.array(z.string().min(1)).min(1)), what: "a JSON list of names" },
  imageShape: { schema: jsonOf(z.tuple([side, side, side])), what: "a JSON list [channels, height, width]" },
  fit: { schema: z.enum(imageFits), what: `one of ${imageFits.join(", ")}` },
  resizeShorter: { schema: jsonOf(side), what: "a whole number of pixels" },
  interpolation: { schema: z.enum(interpolations), what: `one of ${interpolations.join(", ")}` },
  pixelScales: {
    schema: jsonOf(z.record(z.string(), scale)),
    what: "a JSON object of low, high and isWhole by type",
  },
  normalization: {
    schema: jsonOf(z.strictObject({ mean: channelValues, std: channelValues })),
    what: "a JSON object of the lists mean and std",
  },
};

type Fields = { [Key in keyof typeof fields]?: z.output<(typeof fields)[Key]["schema"]> };

/** The metadata of an exported model. */
export function exportMetadata(facts: ExportFacts): Readonly<Record<string, string>> {
  const { run, network, classNames, imageShape, fit = "cover", resizeShorter, interpolation } = facts;
  const { pixelScales, normalization } = facts;
  return {
    run,
    network,
    classes: JSON.stringify(classNames),
    imageShape: JSON.stringify(imageShape),
    fit,
    ...(resizeShorter === undefined ? {} : { resizeShorter: String(resizeShorter) }),
    ...(interpolation === undefined ? {} : { interpolation }),
    ...(pixelScales === undefined ? {} : { pixelScales: JSON.stringify(pixelScales) }),
    ...(normalization === undefined ? {} : { normalization: JSON.stringify(normalization) }),
  };
}

/**
 * What {@link exportMetadata} wrote, as far as it is there; a model may come from elsewhere. `path` names it in errors.
 *
 * @throws DataError for a value that is not what its key promises.
 */
export function parseExportMetadata(metadata: Readonly<Record<string, string>>, path: string): Partial<ExportFacts> {
  const found = Object.entries(fields).flatMap(([key, { schema, what }]) => {
    const text = metadata[key];
    if (text === undefined) return [];
    const { success, data } = schema.safeParse(text);
    if (success) return [[key, data]];
    throw new DataError(
      `${path}: expected the model's metadata "${key}" to be ${what}, got ${JSON.stringify(text)}. ` +
        "Take the file that Graft wrote.",
      { location: { path } },
    );
  });
  const { classes, ...rest } = Object.fromEntries(found) as Fields;
  return { ...rest, ...(classes === undefined ? {} : { classNames: classes }) };
}

/** Undefined, which no field accepts, where the text is no JSON. */
function parsedJson(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return undefined;
  }
}
