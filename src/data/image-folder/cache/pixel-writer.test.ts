import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../image-files.fixture.ts";
import { openPixelWriter } from "./pixel-writer.ts";

test("what killed processes left half written goes with the next file, not what others are writing", async () => {
  const { folder, remove } = await temporaryFolder();
  try {
    const other = await openPixelWriter(join(folder, "other.u8"));
    for (const name of ["a.u8.12.0f.tmp", "b.u8.12.0f.tmp", "b.u8.12.0f.tmp.lock", "c.u8.12.0f.tmp.lock"])
      await writeFile(join(folder, name), "");
    const writer = await openPixelWriter(join(folder, "mine.u8"));
    await other.write(Uint8Array.of(1));
    await other.commit();
    await other.discard();
    await writer.discard();
    expect(await readdir(folder)).toEqual(["other.u8"]);
  } finally {
    await remove();
  }
});
