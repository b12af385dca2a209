/** @file Damaged models are refused, or are the model that was written. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { damagedFile, fileDamages } from "../../../../test/support/damage.ts";
import { DataError, stream } from "../../../core/index.ts";
import { exportModel } from "../../../engine/training/index.ts";
import { initializeParameters } from "../../../engine/nn/index.ts";
import { blankSeal, seal, sha256 } from "../../../files/index.ts";
import { architectures } from "../../../models/index.ts";
import { type ExportFacts, exportMetadata } from "../../../study/index.ts";
import { readClassifier } from "./read-classifier.ts";

let model: Uint8Array;

function modelWith(preparation: Partial<ExportFacts>): Uint8Array {
  const imageShape = [3, 8, 8] as const;
  const network = architectures.mlp({ inputShape: imageShape, numClasses: 2 });
  const metadata = exportMetadata({ run: "M2", network: "mlp", classNames: ["a", "b"], imageShape, ...preparation });
  const parameters = initializeParameters(network, 0);
  const input = { kind: "images", normalization: { mean: [0, 0, 0], std: [1, 1, 1] } } as const;
  return seal(exportModel({ network, parameters, input }, { ...metadata, seal: blankSeal }));
}

beforeAll(() => {
  model = modelWith({});
});

function fileOf(bytes: Uint8Array): string {
  const folder = mkdtempSync(join(tmpdir(), "graft-classifier-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "model.onnx");
  writeFileSync(path, bytes);
  return path;
}

test("a model as it was written is read, with the checksum of its run or without", async () => {
  const path = fileOf(model);
  expect((await readClassifier(path, {})).classNames).toEqual(["a", "b"]);
  expect((await readClassifier(path, { checksum: sha256(model) })).name).toBe("M2");
});

test("what its metadata say of sizes is how images are prepared for it", async () => {
  const prepared = { fit: "cover", resizeShorter: 9, interpolation: "bicubic" } as const;
  expect((await readClassifier(fileOf(modelWith(prepared)), {})).fit).toEqual({ imageShape: [3, 8, 8], ...prepared });
  expect((await readClassifier(fileOf(model), {})).fit).toMatchObject({ fit: "cover", interpolation: "bilinear" });
});

test("a whole model that is not its run's is refused", async () => {
  const path = fileOf(model);
  await expect(readClassifier(path, { checksum: sha256(Uint8Array.of(1)) })).rejects.toThrow(
    new DataError(
      `${path}: expected the model that its run wrote, got another: its checksum differs from that in run.json. ` +
        "Restore the file, or resume the study, which trains this run again.",
      { location: { path } },
    ),
  );
});

test("no damage of a model alone is taken in silence", async () => {
  for (let number = 0; number < 100; number++) {
    const random = stream(2, "damage", number);
    const kind = fileDamages[number % fileDamages.length];
    const path = fileOf(damagedFile(model, kind, () => random.uniform()));
    await expect(readClassifier(path, {}), `${number}: ${kind}`).rejects.toThrow(/model\.onnx: expected /);
  }
});
