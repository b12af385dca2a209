/** @file Names of files on the Hugging Face Hub, and what the Hub says that its repositories hold. */

import { z } from "zod";
import { ConfigError, DataError } from "../../core/index.ts";
import type { Checksum } from "../../download/index.ts";

/** The Hub, or a mirror of it: `$HF_ENDPOINT`, as the Hub's own programs have it. */
export function hubEndpoint(): string {
  return (process.env["HF_ENDPOINT"] || "https://huggingface.co").replace(/\/+$/, "");
}

/** A network on the Hub as it is typed: `hf:owner/name`, with the path of its file and a revision where they are said. */
export interface HubReference {
  readonly repository: string;
  readonly path: string | null;
  readonly revision: string;
}

/** A file of a repository. */
export interface HubFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly checksum: Checksum;
}

const PREFIX = "hf:";
const MAIN = "main";

/** True for what means a network on the Hub. */
export function namesHubFile(text: string): boolean {
  return text.startsWith(PREFIX);
}

/** @throws ConfigError for what is no name of the form `hf:owner/name[/path][@revision]`. */
export function parseHubReference(text: string): HubReference {
  const part = "[\\w.-]+";
  const form = new RegExp(`^${PREFIX}(${part}/${part})((?:/${part})*)(?:@(${part}(?:/${part})*))?$`);
  const [, repository, path = "", revision = MAIN] = form.exec(text) ?? [];
  const isOutside = text.split(/[/@]/).some((one) => one === "." || one === "..");
  if (repository === undefined || isOutside) {
    throw new ConfigError(
      `${text}: expected hf:owner/name, hf:owner/name/path/of.onnx or one of them with @revision, got something else. ` +
        "Copy owner and name from the page of the network.",
    );
  }
  return { repository, path: path === "" ? null : path.slice(1), revision };
}

/** Where a file is downloaded from. */
export function hubAddress({ repository, revision }: HubReference, path: string): string {
  return `${hubEndpoint()}/${repository}/resolve/${encodeURIComponent(revision)}/${path}`;
}

const digest = (length: number) => z.string().regex(new RegExp(`^[0-9a-f]{${length}}$`));
const listingSchema = z.array(
  z.discriminatedUnion("type", [
    z.looseObject({
      type: z.literal("file"),
      path: z.string().min(1),
      size: z.int().min(0),
      oid: digest(40),
      lfs: z.looseObject({ oid: digest(64) }).optional(),
    }),
    z.looseObject({ type: z.literal("directory") }),
  ]),
);

/**
 * Every file of a repository with its checksum: SHA-256 of large ones, for the others that of their git object.
 *
 * @throws DataError if the Hub cannot be reached, does not show the repository, or answers something else.
 */
export async function listHubFiles(
  { repository, revision }: HubReference,
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<HubFile[]> {
  const address = `${hubEndpoint()}/api/models/${repository}/tree/${encodeURIComponent(revision)}?recursive=true`;
  const fault = (got: string, cause?: unknown): DataError =>
    new DataError(`${address}: expected the files of ${repository} at ${revision}, got ${got}.`, {
      location: { path: address },
      cause,
    });
  let response: Response;
  try {
    response = await fetch(address, signal === undefined ? {} : { signal });
  } catch (cause) {
    if (signal?.aborted === true) throw cause;
    const reason = cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : String(cause);
    throw fault(`no answer (${reason})`, cause);
  }
  if (!response.ok) {
    const hint = [401, 403, 404].includes(response.status)
      ? "; is the name right, and may everybody read the repository?"
      : "";
    throw fault(`status ${response.status}${hint}`);
  }
  const listing = listingSchema.safeParse(await response.json().catch(() => null));
  if (!listing.success) throw fault("an answer of another form");
  return listing.data.flatMap((entry) => {
    if (entry.type === "directory") return [];
    const { path, size, oid, lfs } = entry;
    const checksum: Checksum =
      lfs === undefined
        ? { algorithm: "sha1", hex: oid, prefix: `blob ${size}\0` }
        : { algorithm: "sha256", hex: lfs.oid };
    return [{ path, sizeBytes: size, checksum }];
  });
}
