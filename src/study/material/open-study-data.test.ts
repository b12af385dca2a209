import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { expect, onTestFinished, test, vi } from "vitest";
import { readImage } from "../../data/index.ts";
import { resolveStudy } from "../file/config.ts";
import type { StudyInput } from "../file/schema.ts";
import { openStudyData } from "./open-study-data.ts";

test("photographs get their size by the filter that the study names, and the model is told of it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "graft-filter-"));
  onTestFinished(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });
  vi.stubEnv("GRAFT_CACHE_DIR", join(folder, "cache"));
  for (const name of ["a", "b"]) {
    mkdirSync(join(folder, "photos", name), { recursive: true });
    for (let number = 0; number < 3; number++) {
      const pixels = Uint8Array.from({ length: 20 * 20 * 3 }, (_, at) => (at * at * (number + 3)) % 256);
      await sharp(pixels, { raw: { width: 20, height: 20, channels: 3 } }).toFile(
        join(folder, "photos", name, `${number}.png`),
      );
    }
  }
  const opened = async (fields: StudyInput) => {
    const config = resolveStudy({
      dataset: join(folder, "photos"),
      target: ["a"],
      source: ["b"],
      imageSize: 9,
      ...fields,
    });
    const nothing = async (): Promise<never> => Promise.reject(new Error("not asked for"));
    const { dataset, preparation } = await openStudyData(config, { named: nothing, model: nothing });
    const image = new Uint8Array(3 * 9 * 9);
    readImage(dataset.train.pixels, 0, image);
    return { image, preparation };
  };
  const [usual, bilinear, bicubic] = [
    await opened({}),
    await opened({ interpolation: "bilinear" }),
    await opened({ interpolation: "bicubic" }),
  ];
  expect(bilinear.image).toEqual(usual.image);
  expect(bicubic.image).not.toEqual(usual.image);
  expect(bicubic.preparation).toEqual({ fit: "cover", interpolation: "bicubic" });
});
