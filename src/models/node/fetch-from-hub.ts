/** @file Brings a network from the Hugging Face Hub into the cache, with what says how its images are prepared. */

import { dirname, join } from "node:path";
import { ConfigError } from "../../core/index.ts";
import { type DownloadOptions, cacheDirectory, download, hasChecksum, prepareCache } from "../../download/index.ts";
import { withLock } from "../../files/index.ts";
import { type HubFile, type HubReference, hubAddress, listHubFiles, parseHubReference } from "./hub-listing.ts";
import { isFile } from "./locate.ts";
import { preparationFiles } from "./preparation-files.ts";

/** Where most repositories keep the export of the whole network, in float32. */
const USUAL = ["onnx/model.onnx", "model.onnx"];
/** More names are not listed. */
const MOST_NAMED = 12;

/**
 * The path in the cache of a file that is typed as `hf:owner/name[/path][@revision]`. Weights in files of their own and
 * the settings of the images come along. What is there already is compared with the Hub's checksums, not taken on trust.
 *
 * @throws ConfigError for another form, or where the repository has no such file, or several and none is named.
 * @throws DataError if the Hub cannot be reached or a file is not the one of its checksum.
 */
export async function fetchFromHub(
  text: string,
  { cacheDir = cacheDirectory(), onProgress, ...options }: DownloadOptions & { cacheDir?: string | undefined } = {},
): Promise<string> {
  const reference = parseHubReference(text);
  const listed = await listHubFiles(reference, { signal: options.signal });
  const chosen = chosenFile(reference, listed);
  const wanted = [chosen, ...filesBeside(chosen, listed)];
  const folder = join(cacheDir, "models", "hub", ...reference.repository.split("/"), ...reference.revision.split("/"));
  await prepareCache(folder);
  const totalBytes = wanted.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  await withLock(join(folder, ".lock"), "download into this folder", async () => {
    let before = 0;
    for (const file of wanted) {
      const path = join(folder, ...file.path.split("/"));
      const isThere = isFile(path) && (await hasChecksum(path, file.checksum));
      if (!isThere) {
        await download(hubAddress(reference, file.path), path, {
          ...options,
          checksum: file.checksum,
          onProgress: ({ receivedBytes }) => onProgress?.({ receivedBytes: before + receivedBytes, totalBytes }),
        });
      }
      before += file.sizeBytes;
    }
  });
  return join(folder, ...chosen.path.split("/"));
}

/** @throws ConfigError if there is none, or it is not clear which. */
function chosenFile({ repository, path }: HubReference, listed: readonly HubFile[]): HubFile {
  const networks = listed.filter((file) => file.path.endsWith(".onnx"));
  const at = (name: string): HubFile | undefined => networks.find((file) => file.path === name);
  const usual = networks.length === 1 ? networks[0] : USUAL.map(at).find((file) => file !== undefined);
  const found = path === null ? usual : at(path);
  if (found !== undefined) return found;
  if (networks.length === 0) {
    throw new ConfigError(`hf:${repository}: expected an .onnx file in it, got none. Name another repository.`);
  }
  const names = networks.slice(0, MOST_NAMED).map((file) => `hf:${repository}/${file.path}`);
  const more = networks.length > names.length ? ` and ${networks.length - names.length} more` : "";
  throw new ConfigError(
    `hf:${repository}${path === null ? "" : `/${path}`}: expected one of its files, got ` +
      `${path === null ? "several to choose from" : "none of that name"}. Name one: ${names.join(", ")}${more}.`,
  );
}

/** Its weights, where they are in files of their own, and what says how its images are prepared. */
function filesBeside({ path }: HubFile, listed: readonly HubFile[]): HubFile[] {
  const folder = dirname(path);
  const names = [`${path}_data`, `${path}.data`];
  const settings = Object.keys(preparationFiles).flatMap((name) =>
    folder === "." ? [name] : [`${folder}/${name}`, name],
  );
  return listed.filter((file) => names.includes(file.path) || settings.includes(file.path));
}
