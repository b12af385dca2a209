/** @file Reads how photographs were prepared for a network from the files that the Hub and timm keep beside it. */

import { z } from "zod";
import type { Interpolation } from "../../core/index.ts";
import type { Preparation } from "../preparation.ts";

/** The files that say it, by name, each with a reader; null for a file of the name that is about something else. */
export const preparationFiles: Readonly<Record<string, (content: unknown) => Preparation | null>> = {
  "preprocessor_config.json": ofHub,
  "config.json": ofTimm,
};

const side = z.int().min(1);
const share = z.number().gt(0).max(1);
const channels = z.array(z.number()).min(1).max(3);

/** Pillow's numbers of the filters. */
const filters = new Map<number, Interpolation>([
  [2, "bilinear"],
  [3, "bicubic"],
]);
/** JSON of Python has null where nothing is said. */
const maybe = <T extends z.ZodType>(schema: T) => schema.nullish().transform((value) => value ?? undefined);

const filter = z.int().refine((number) => filters.has(number), {
  error: "expected 2 (bilinear) or 3 (bicubic), the filters that Graft has",
});

const hubSchema = z.looseObject({
  size: z.union([side, z.looseObject({ shortest_edge: side.optional() })]).optional(),
  crop_pct: maybe(share),
  do_center_crop: maybe(z.boolean()),
  resample: maybe(filter),
  image_mean: maybe(channels),
  image_std: maybe(channels),
  do_normalize: maybe(z.boolean()),
  rescale_factor: maybe(z.number().gt(0)),
});

/** An image processor of the Hugging Face Hub. */
function ofHub(content: unknown): Preparation | null {
  const facts = hubSchema.parse(content);
  const { size, crop_pct: cropShare, do_center_crop: isCut } = facts;
  const shortest = typeof size === "number" ? size : size?.shortest_edge;
  return {
    ...(facts.resample === undefined ? {} : { interpolation: filters.get(facts.resample) }),
    ...(cropShare === undefined ? {} : { cropShare }),
    ...(cropShare === undefined && isCut !== false && shortest !== undefined ? { shorterSide: shortest } : {}),
    ...normalizationOfHub(facts),
  };
}

/** Of pixels from 0 to 255 times the factor, which is 1 / 255 unless it says otherwise. */
function normalizationOfHub({
  image_mean: mean,
  image_std: std,
  do_normalize: isNormalized,
  rescale_factor: factor,
}: z.output<typeof hubSchema>): Pick<Preparation, "normalization"> {
  if (isNormalized === false || mean === undefined || std === undefined) return {};
  const whole = 255 * (factor ?? 1 / 255);
  return { normalization: { mean: mean.map((one) => one / whole), std: std.map((one) => one / whole) } };
}

const timmSchema = z.looseObject({
  mean: channels,
  std: channels,
  crop_pct: share,
  interpolation: z.enum(["bilinear", "bicubic"], {
    error: "expected bilinear or bicubic, the filters that Graft has",
  }),
});

/** A network of timm; others call their own settings so too. */
function ofTimm(content: unknown): Preparation | null {
  const whole = z.looseObject({ pretrained_cfg: z.unknown() }).safeParse(content).data;
  const settings = whole?.pretrained_cfg ?? content;
  const isTimms = z.looseObject({ crop_pct: z.unknown(), interpolation: z.unknown() }).safeParse(settings).success;
  if (!isTimms) return null;
  const { mean, std, crop_pct: cropShare, interpolation } = timmSchema.parse(settings);
  return { interpolation, cropShare, normalization: { mean, std } };
}
