/** @file What kind of file some bytes are, by their beginning and not by a name. */

import { extname } from "node:path";
import { isBmp } from "./plain/bmp.ts";
import { isPnm } from "./plain/pnm.ts";

/** Bytes that are enough to tell. */
export const KIND_BYTES = 32;

/** Image formats that are read. */
export type ImageKind = "JPEG" | "PNG" | "WebP" | "GIF" | "TIFF" | "AVIF" | "BMP" | "PNM";

/** Endings of names by which a file means to be an image. */
const imageExtensions: ReadonlySet<string> = new Set(
  ".jpg .jpeg .jpe .jfif .png .webp .gif .tif .tiff .avif .heic .heif .bmp .dib .pbm .pgm .ppm .pnm .jp2 .jxl".split(
    " ",
  ),
);

/** The image format that `start`, the first bytes of a file, begins; undefined for all that is not read. */
export function imageKind(start: Uint8Array): ImageKind | undefined {
  const text = Buffer.from(start.subarray(0, KIND_BYTES)).toString("latin1");
  if (text.startsWith("\xff\xd8\xff")) return "JPEG";
  if (text.startsWith("\x89PNG\r\n\x1a\n")) return "PNG";
  if (text.startsWith("GIF87a") || text.startsWith("GIF89a")) return "GIF";
  if (text.startsWith("RIFF") && text.startsWith("WEBP", 8)) return "WebP";
  if (["II*\0", "MM\0*", "II+\0", "MM\0+"].some((mark) => text.startsWith(mark))) return "TIFF";
  if (isBmp(start)) return "BMP";
  if (isPnm(start)) return "PNM";
  return text.startsWith("ftyp", 4) && /avif|avis/.test(text.slice(8)) ? "AVIF" : undefined;
}

/** The same bytes, if they are an image of a kind that is read, or why they are not, as a phrase. */
export function asImage(bytes: Uint8Array): Uint8Array | string {
  return imageKind(bytes) === undefined ? unknownKindReason(bytes) : bytes;
}

/** True if a file means to be an image by its name, so that it is worth a word when it is none. */
export function hasImageExtension(path: string): boolean {
  return imageExtensions.has(extname(path).toLowerCase());
}

/** Why a file whose kind is not read cannot be, as a phrase. */
export function unknownKindReason(start: Uint8Array): string {
  if (start.length === 0) return "it is empty";
  const text = Buffer.from(start.subarray(0, KIND_BYTES)).toString("latin1");
  if (/^ftyp(?:hei|hev|mif1|msf1)/.test(text.slice(4)))
    return "it is a HEIC photo, which is not read: export it as JPEG";
  if (text.startsWith("ftyp", 4)) return "it is a film, not an image";
  if (text.startsWith("version https://git-lfs")) return "it is a Git LFS pointer, not the image: run git lfs pull";
  if (/^\s*<(\?xml|svg|!doctype|html)/i.test(text)) return "it is text in markup, not an image";
  return "it is no JPEG, PNG, WebP, GIF, TIFF, AVIF, BMP or PNM image";
}
