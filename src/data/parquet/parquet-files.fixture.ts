/** @file Small Parquet files for tests. */

import { parquetWriteBuffer } from "hyparquet-writer";
import { pngOf } from "../image-folder/image-files.fixture.ts";

type Column = Parameters<typeof parquetWriteBuffer>[0]["columnData"][number];

/** What a file shall hold. */
export interface ParquetContent {
  /** Grey values of images; null for a row without one. */
  readonly image?: readonly (number | null)[];
  readonly columns?: readonly Column[];
  /** As Hugging Face's datasets write what the columns mean. */
  readonly features?: unknown;
  readonly rowGroupSize?: number;
}

/** A Parquet file whose images are PNGs of 4x4 pixels. */
export async function parquetOf({
  image,
  columns = [],
  features,
  rowGroupSize = 1000,
}: ParquetContent): Promise<Uint8Array> {
  const data = await Promise.all((image ?? []).map((value) => (value === null ? null : pngOf([value, value, value]))));
  const images: Column[] = image === undefined ? [] : [{ name: "image", data, type: "BYTE_ARRAY" }];
  const buffer = parquetWriteBuffer({
    columnData: [...images, ...columns],
    rowGroupSize,
    ...(features === undefined
      ? {}
      : { kvMetadata: [{ key: "huggingface", value: JSON.stringify({ info: { features } }) }] }),
  });
  return new Uint8Array(buffer);
}
