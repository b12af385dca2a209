/** @file Door of `download`: large files brought into the cache, resumed and checked. */

export { cacheDirectory, prepareCache } from "./cache.ts";
export { type Checksum, type DownloadOptions, download, hasChecksum } from "./download.ts";
export { useProxy } from "./proxy.ts";
export { type DownloadProgress } from "./transfer-file.ts";
