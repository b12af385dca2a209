import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import sharp from "sharp";
import { expect, test } from "vitest";
import { damaged, damages } from "../../../test/support/damage.ts";
import { decodeImage, unreadableReason } from "./decode/decode-image.ts";
import { FULL_16_BITS } from "./decode/deep-pixels.ts";
import { resolveFit } from "./decode/image-fit.ts";

/** AVIF takes ten times as long as the others, and gets a tenth of these. More where there is time: a number in GRAFT_FUZZ_RUNS. */
const numRuns = Number(process.env["GRAFT_FUZZ_RUNS"] ?? 3000);
const MAX_PIXELS = 1_000_000;

interface Golden {
  readonly images: readonly { readonly name: string; readonly file: string }[];
}

const noise = sharp(
  Uint8Array.from({ length: 24 * 20 * 3 }, (_, at) => (at * 7919) % 251),
  { raw: { width: 24, height: 20, channels: 3 } },
);

/** Files that hold their pixels as they are, by their form. */
const plain = new Map(
  (
    JSON.parse(readFileSync(new URL("../../../test/golden/plain_images.json", import.meta.url), "utf8")) as Golden
  ).images
    .filter(({ name }) =>
      ["4 bits", "24 bits", "32 bits with masks and alpha", "P3", "P4", "P5 of 16 bits"].includes(name),
    )
    .map(({ name, file }) => [name, Buffer.from(file, "base64")]),
);

test.each(["jpeg", "png", "webp", "gif", "tiff", "avif", ...plain.keys()])(
  "a damaged %s is decoded whole or refused with a reason, and nothing else happens",
  async (format) => {
    const bytes =
      plain.get(format) ??
      (await noise
        .clone()
        .toFormat(format as "png")
        .toBuffer());
    const fit = resolveFit({ imageShape: [3, 8, 8] });
    const room = new Uint8Array(8 * 8 * 3 + 2);
    await fc.assert(
      fc.asyncProperty(damages, async (changes) => {
        const options = { ...fit, maxPixels: MAX_PIXELS, scales: FULL_16_BITS };
        const reason = await decodeImage(damaged(bytes, changes), options, room.subarray(1, -1)).then(
          () => "none",
          (error: unknown) => unreadableReason(error, MAX_PIXELS),
        );
        expect(reason).toMatch(
          /^(none|it is damaged \([^\n]+\)|it has more than 1000000 pixels|it is a compressed BMP file, .+)$/,
        );
        expect([room[0], room[room.length - 1]]).toEqual([0, 0]);
      }),
      { numRuns: format === "avif" ? Math.ceil(numRuns / 10) : numRuns, seed: 16 },
    );
  },
);
