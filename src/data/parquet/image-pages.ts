/** @file The images of a Parquet file's column: no more than one page, and what its values are numbers of, is in memory. */

import { asImage } from "../image-folder/decode/image-kind.ts";
import {
  type Chunk,
  type ChunkPages,
  type LoadedPage,
  type Page,
  type Rows,
  chunksOf,
  isEncodedByDictionary,
  loadPage,
  pagesOf,
} from "./column-pages.ts";
import { type ParquetFile, reasonOf } from "./parquet-file.ts";

/** Reads a column's images, one after the other; in the order of the rows it is quickest. */
export class ImagePages {
  readonly #file: ParquetFile;
  readonly #path: readonly string[];
  #chunks: readonly Chunk[] | undefined;
  #open: ChunkPages | undefined;
  #dictionary: LoadedPage | undefined;
  /** What cannot be read is kept too, so that it is not tried again for every row of it. */
  #held: { readonly page: Page; readonly loaded: LoadedPage | string } | undefined;

  /** `path` is that of the column, see `ParquetColumns`. */
  constructor(file: ParquetFile, path: readonly string[]) {
    this.#file = file;
    this.#path = path;
  }

  /** The bytes of a row's image, or why there are none, as a phrase. */
  async read(row: number): Promise<Uint8Array | string> {
    try {
      const page = await this.#pageAt(row);
      const loaded = await this.#hold(page);
      return typeof loaded === "string" ? loaded : imageIn(loaded.values[row - page.firstRow]);
    } catch (error) {
      return problemOf(error);
    }
  }

  /** Gives all memory back. */
  free(): void {
    this.#drop();
    this.#dictionary?.free();
    this.#dictionary = undefined;
  }

  #drop(): void {
    if (typeof this.#held?.loaded === "object") this.#held.loaded.free();
    this.#held = undefined;
  }

  async #pageAt(row: number): Promise<Page> {
    if (this.#held !== undefined && isIn(row, this.#held.page)) return this.#held.page;
    if (this.#open === undefined || !isIn(row, this.#open.chunk)) {
      this.free();
      this.#open = await pagesOf(this.#file, find(row, (this.#chunks ??= chunksOf(this.#file, this.#path))));
    }
    return find(row, this.#open.pages);
  }

  async #hold(page: Page): Promise<LoadedPage | string> {
    if (this.#held?.page === page) return this.#held.loaded;
    this.#drop();
    const loaded = await this.#load(page).catch(problemOf);
    this.#held = { page, loaded };
    return loaded;
  }

  async #load(page: Page): Promise<LoadedPage> {
    if (this.#open === undefined) throw new Error("internal: a page of no chunk");
    const { chunk, dictionary } = this.#open;
    if (!isEncodedByDictionary(page)) {
      this.#dictionary?.free();
      this.#dictionary = undefined;
    } else if (dictionary !== undefined) {
      this.#dictionary ??= await loadPage(this.#file, dictionary, { chunk, dictionary: undefined });
    }
    return await loadPage(this.#file, page, { chunk, dictionary: this.#dictionary });
  }
}

function problemOf(error: unknown): string {
  return `its page of the file holds ${reasonOf(error)}`;
}

/** A copy, so that the page can go. */
function imageIn(value: unknown): Uint8Array | string {
  return value instanceof Uint8Array ? asImage(value.slice()) : "its row holds no image";
}

function isIn(row: number, { firstRow, rows }: Rows): boolean {
  return row >= firstRow && row < firstRow + rows;
}

/** The one that has the row, of some that have all rows one after the other. */
function find<T extends Rows>(row: number, ranges: readonly T[]): T {
  let [low, high] = [0, ranges.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (ranges[middle].firstRow <= row) low = middle;
    else high = middle - 1;
  }
  const found = ranges.at(low);
  if (found === undefined || !isIn(row, found)) throw new Error(`no row ${row}`);
  return found;
}
