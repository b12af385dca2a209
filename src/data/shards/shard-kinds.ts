/** @file How files of many images are told by their names. */

import type { ShardKind } from "./find-shards.ts";

/** One of the name left out lists the files of a folder of images. */
export const parquetFiles: ShardKind = { title: "Parquet files", pattern: /(?<!(?:^|\/)metadata)\.parquet$/i };

export const tarFiles: ShardKind = { title: "WebDataset archives", pattern: /\.(?:tar|tar\.gz|tgz)$/i };
