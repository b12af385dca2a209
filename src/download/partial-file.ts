/** @file The part of a file that a download has brought so far, and what is needed to go on with it. */

import { readFile, rm, stat, writeFile } from "node:fs/promises";

/** Where a download can go on. */
export interface ResumePoint {
  readonly receivedBytes: number;
  /** What `If-Range` sends, so that another version of the file is not joined to this part. */
  readonly validator: string;
  readonly totalBytes: number | undefined;
}

/** What is noted beside the part. */
interface Note {
  readonly url: string;
  readonly validator: string;
  readonly totalBytes?: number;
}

/** `<path>.part`, and beside it a note on the version of the file that it belongs to. */
export class PartialFile {
  readonly path: string;
  readonly #url: string;
  readonly #notePath: string;

  constructor(targetPath: string, url: string) {
    this.path = `${targetPath}.part`;
    this.#notePath = `${targetPath}.part.json`;
    this.#url = url;
  }

  /** Undefined if the download has to start over: nothing here, another address, or no note on the version. */
  async resumePoint(): Promise<ResumePoint | undefined> {
    const note = await this.#readNote();
    const receivedBytes = await this.sizeBytes();
    if (note === undefined || note.url !== this.#url || receivedBytes === 0) return undefined;
    return { receivedBytes, validator: note.validator, totalBytes: note.totalBytes };
  }

  async sizeBytes(): Promise<number> {
    const stats = await stat(this.path).catch(ifMissing(undefined));
    return stats?.size ?? 0;
  }

  /** Forgets what was there and notes the version that comes now; without a validator it cannot be resumed. */
  async startOver(validator: string | undefined, totalBytes: number | undefined): Promise<void> {
    await this.discard();
    if (validator === undefined) return;
    const note: Note = { url: this.#url, validator, ...(totalBytes !== undefined && { totalBytes }) };
    await writeFile(this.#notePath, JSON.stringify(note));
  }

  /** Removes the part and its note. */
  async discard(): Promise<void> {
    await rm(this.path, { force: true });
    await this.removeNote();
  }

  /** Removes the note alone, once the part has been renamed. */
  async removeNote(): Promise<void> {
    await rm(this.#notePath, { force: true });
  }

  async #readNote(): Promise<Note | undefined> {
    const text = await readFile(this.#notePath, "utf8").catch(ifMissing(undefined));
    return text === undefined ? undefined : parseNote(text);
  }
}

/** A note that was cut off while being written counts as none. */
function parseNote(text: string): Note | undefined {
  try {
    const { url, validator, totalBytes }: Record<string, unknown> = JSON.parse(text);
    if (typeof url !== "string" || typeof validator !== "string") return undefined;
    return { url, validator, ...(typeof totalBytes === "number" && { totalBytes }) };
  } catch {
    return undefined;
  }
}

/** A handler that turns "no such file" into `value` and lets every other error pass. */
function ifMissing<T>(value: T): (error: unknown) => T {
  return (error) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return value;
    throw error;
  };
}
