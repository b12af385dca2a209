/** @file Which column of a Parquet file has the images, which their labels, and what the classes are called. */

import { type FileMetaData, type SchemaTree, parquetSchema } from "hyparquet";
import { z } from "zod";
import { DataError, list } from "../../core/index.ts";
import { columnNames, plain } from "../image-folder/list/csv/find-columns.ts";

/** Where the columns are. */
export interface ParquetColumns {
  /** From the root on: `["image", "bytes"]`. */
  readonly image: readonly string[];
  /** Undefined where a test part has none. */
  readonly label: string | undefined;
  /** Names of the classes by their numbers, where the file has them. */
  readonly classNames: readonly string[] | undefined;
}

/** Beside those of CSV files: endings, as archives that were made Parquet have them. */
const imageNames = [...columnNames.path, "jpg", "jpeg", "png", "webp", "tif", "tiff"];
const labelNames = [...columnNames.label, "cls", "finelabel", "coarselabel"];

const numberTypes: ReadonlySet<string | undefined> = new Set(["INT32", "INT64", "DOUBLE", "FLOAT", "BOOLEAN"]);

/** What a data set's library wrote of its columns. */
const metadataSchema = z.object({
  info: z.object({
    features: z.record(
      z.string(),
      z
        .object({ _type: z.string().optional(), names: z.array(z.string()).optional() })
        .transform(({ _type: kind, names }) => ({ kind, names }))
        .catch({ kind: undefined, names: undefined }),
    ),
  }),
});
type Features = z.infer<typeof metadataSchema>["info"]["features"];

/**
 * The columns of a file, by the names and kinds that they usually have; that of the labels only if it is asked for.
 *
 * @throws DataError where no column can be meant, or several can.
 */
export function findColumns(
  path: string,
  metadata: FileMetaData,
  { labels = true }: { labels?: boolean } = {},
): ParquetColumns {
  const features = featuresOf(metadata);
  const columns = parquetSchema(metadata).children;
  const image = imageColumn(path, columns, features);
  const others = columns.filter((column) => column !== image.column);
  const label = labels ? labelColumn(path, others, features) : undefined;
  const classNames = label === undefined ? undefined : features[label]?.names;
  return { image: image.path, label, classNames };
}

function featuresOf({ key_value_metadata: pairs = [] }: FileMetaData): Features {
  const text = pairs.find(({ key }) => key === "huggingface")?.value;
  if (text === undefined) return {};
  try {
    return metadataSchema.parse(JSON.parse(text)).info.features;
  } catch {
    // names are a help, and columns say of themselves what they are
    return {};
  }
}

/** A column, and the way to the bytes in it. */
interface ImageColumn {
  readonly column: SchemaTree;
  readonly path: readonly string[];
}

function imageColumn(path: string, columns: readonly SchemaTree[], features: Features): ImageColumn {
  const all = columns.flatMap((column): ImageColumn[] => {
    const bytes =
      column.children.length === 0 ? column : column.children.find(({ element }) => element.name === "bytes");
    return bytes !== undefined && isBytes(bytes) && !isRepeated(column) ? [{ column, path: bytes.path }] : [];
  });
  const named = all.filter(({ column }) => imageNames.includes(plain(column.element.name)));
  const marked = all.filter(({ column }) => features[column.element.name]?.kind === "Image");
  const chosen = [all.filter(({ column }) => column.element.name === "image"), marked, named, all].find(
    ({ length }) => length > 0,
  );
  if (chosen?.length === 1) return chosen[0];
  const got = chosen === undefined ? `none among ${namesOf(columns)}` : namesOf(chosen.map(({ column }) => column));
  throw new DataError(
    `${path}: expected one column of image files as bytes, or of {bytes, path}, got ${got}. ` +
      'Call the column "image", and write the files themselves into it.',
    { location: { path } },
  );
}

function labelColumn(path: string, columns: readonly SchemaTree[], features: Features): string | undefined {
  const nameOf = ({ element }: SchemaTree): string => element.name;
  const named = columns.filter((column) => labelNames.includes(plain(nameOf(column))));
  const several = named.find((column) => column.children.length > 0 || isRepeated(column));
  const usable = columns.filter(isLabel);
  const chosen = [
    usable.filter((column) => nameOf(column) === "label"),
    usable.filter((column) => features[nameOf(column)]?.kind === "ClassLabel"),
    named.filter(isLabel),
  ].find(({ length }) => length > 0);
  if (chosen?.length === 1) return nameOf(chosen[0]);
  if (chosen !== undefined) {
    throw new DataError(
      `${path}: expected one column of labels, got ${namesOf(chosen)}. ` +
        'Call the one to learn "label" (ds.rename_column("…", "label")), and write the file anew.',
      { location: { path } },
    );
  }
  if (several === undefined) return undefined;
  throw new DataError(
    `${path}: expected one label for each image, got several in the column ${JSON.stringify(nameOf(several))}. ` +
      "That is multi-label classification, which Graft does not do: keep one label for each image.",
    { location: { path } },
  );
}

function isBytes({ element: { type, converted_type: converted, logical_type: logical } }: SchemaTree): boolean {
  return type === "BYTE_ARRAY" && converted === undefined && logical === undefined;
}

function isRepeated(column: SchemaTree): boolean {
  return column.element.repetition_type === "REPEATED" || column.children.some(isRepeated);
}

/** Whole numbers, words, or yes and no. */
function isLabel(column: SchemaTree): boolean {
  const { type, converted_type: converted, logical_type: logical } = column.element;
  if (column.children.length > 0 || isRepeated(column)) return false;
  if (type === "BYTE_ARRAY") return converted === "UTF8" || logical?.type === "STRING";
  const isPlain = converted === undefined || /^U?INT_\d+$/.test(converted);
  return numberTypes.has(type) && isPlain && (logical === undefined || logical.type === "INTEGER");
}

/** For a sentence. */
export function namesOf(columns: readonly SchemaTree[]): string {
  const names = columns.map(({ element }) => JSON.stringify(element.name));
  return names.length === 0 ? "no columns" : list(names.length > 8 ? [...names.slice(0, 8), "others"] : names);
}
