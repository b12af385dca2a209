import { mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { resolveStudy } from "../file/config.ts";
import { moveStudy, withRelativePlaces, withWholePlaces } from "./study-places.ts";

let folder: string;
let study: string;
let photos: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "graft-places-"));
  study = join(folder, "project", "runs", "study");
  photos = join(folder, "project", "photos");
  for (const path of [study, photos]) mkdirSync(path, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

const onPhotos = () => resolveStudy({ target: photos, source: "resnet18" });

describe("a study's file", () => {
  test("says where things are from its folder on, and names stay names", () => {
    const { target, source, dataset } = withRelativePlaces(onPhotos(), study);
    expect({ target, source, dataset }).toEqual({ target: "../../photos", source: "resnet18", dataset: "cifar10" });
    const inside = resolveStudy({ dataset: join(study, "images.npz") });
    expect(withRelativePlaces(inside, study).dataset).toBe("./images.npz");
    const far = resolveStudy({ dataset: "/elsewhere/images.npz" });
    expect(withRelativePlaces(far, study).dataset).toBe("/elsewhere/images.npz");
  });

  test("finds what moved with it, and what stayed where it was", () => {
    const written = withRelativePlaces(onPhotos(), study);
    expect(withWholePlaces(written, study, study).target).toBe(photos);
    renameSync(join(folder, "project"), join(folder, "moved"));
    expect(withWholePlaces(written, join(folder, "moved", "runs", "study"), study).target).toBe(
      join(folder, "moved", "photos"),
    );
    renameSync(join(folder, "moved"), join(folder, "project"));
    renameSync(study, join(folder, "study"));
    expect(withWholePlaces(written, join(folder, "study"), study).target).toBe(photos);
  });
});

describe("a study that is moved", () => {
  test("has its images where they are said to be now", () => {
    expect(moveStudy(onPhotos(), { data: study, source: "mobilenetv2" })).toMatchObject({
      target: study,
      source: "mobilenetv2",
    });
    expect(moveStudy(resolveStudy({ dataset: photos }), { data: study })).toMatchObject({
      dataset: study,
      target: [0, 7],
    });
  });

  test("says what is not there", () => {
    rmSync(photos, { recursive: true });
    expect(() => moveStudy(onPhotos(), {})).toThrow(
      `${photos}: expected the images that the study began with, got nothing there. Name the place where it is now with --data.`,
    );
    expect(() => moveStudy(resolveStudy({}), { source: photos })).toThrow(
      `--source: expected none, since the study's source is classes of its own images, got "${photos}". Leave it out.`,
    );
  });
});
