/** @file The samples of an archive: files of one name, an image and its label by their endings. */

import { basename } from "node:path";
import { DataError } from "../../core/index.ts";
import { hasImageExtension } from "../image-folder/decode/image-kind.ts";
import { columnNames, plain } from "../image-folder/list/csv/find-columns.ts";
import type { Label } from "../shards/list-samples.ts";
import type { TarFile } from "./tar-file.ts";
import { type TarMember, membersOf } from "./tar-members.ts";

/** Endings of labels, the surest first; the last holds an object in which the label has a name. */
const LABEL_ENDINGS = ["cls", "cls.txt", "class", "class.txt", "label", "label.txt", "json"];

/** Names of lists of the classes, a line for each. */
export const CLASS_LISTS: readonly string[] = ["classes.txt", "labels.txt", "class_names.txt", "classnames.txt"];

/** No label is longer; what is beside it in a JSON file may be much. */
const MOST_LABEL_BYTES = 2 ** 24;

/** An image in an archive. */
export interface TarSample {
  readonly image: TarMember;
  readonly label: Label | undefined;
  /** What its label's name ends in. */
  readonly ending: string | undefined;
}

/** All of them, and what is no sample. */
export interface TarSamples {
  readonly samples: readonly TarSample[];
  /** Paths of labels without an image. */
  readonly alone: readonly string[];
  /** Paths of files that have the name of one before. */
  readonly repeated: readonly string[];
  /** Text of a list of the classes. */
  readonly classes: string | undefined;
  /** Files that are neither. */
  readonly ignored: number;
}

/** Files of one name by their endings. */
type Group = Map<string, TarMember>;

/**
 * `000.jpg` and `000.cls` are a sample, as are `000.png` and `000.json`; a name ends at its first dot. Without `labels`
 * these are passed over.
 *
 * @throws DataError if a sample has several images or labels, or a label cannot be read.
 */
export async function readSamples(
  tar: TarFile,
  { labels = true, signal }: { labels?: boolean; signal?: AbortSignal | undefined },
): Promise<TarSamples> {
  const groups = new Map<string, Group>();
  const repeated: string[] = [];
  let [ignored, classes]: [number, string | undefined] = [0, undefined];
  for await (const member of membersOf(tar, signal)) {
    const name = basename(member.path);
    if (name.startsWith(".") || member.path.startsWith("__MACOSX/")) {
      ignored++;
    } else if (CLASS_LISTS.includes(name.toLowerCase())) {
      classes = await textOf(tar, member);
    } else if (!add(groups, member)) {
      repeated.push(member.path);
    }
  }
  const samples: TarSample[] = [];
  const alone: string[] = [];
  for (const group of groups.values()) {
    const image = imageOf(group, tar);
    const ending = LABEL_ENDINGS.find((one) => group.has(one));
    const written = ending === undefined || !labels ? undefined : group.get(ending);
    ignored += group.size - (image === undefined ? 0 : 1) - (written === undefined ? 0 : 1);
    if (image === undefined) alone.push(...(written === undefined ? [] : [written.path]));
    else samples.push({ image, ending, label: written && (await labelIn(tar, written, ending === "json")) });
  }
  return { samples, alone, repeated, classes, ignored };
}

function add(groups: Map<string, Group>, member: TarMember): boolean {
  const name = basename(member.path);
  const dot = name.indexOf(".");
  const ending = dot < 0 ? "" : name.slice(dot + 1).toLowerCase();
  const key = member.path.slice(0, member.path.length - (dot < 0 ? 0 : name.length - dot));
  const group = groups.get(key) ?? new Map<string, TarMember>();
  groups.set(key, group);
  if (group.has(ending)) return false;
  group.set(ending, member);
  return true;
}

/** That of the plainest ending: beside `000.jpg`, `000.mask.png` is something else. */
function imageOf(group: Group, { path }: TarFile): TarMember | undefined {
  const images = [...group].filter(([ending]) => hasImageExtension(`image.${ending}`));
  const plainest = images.filter(([ending]) => !ending.includes("."));
  const [first, second] = plainest.length > 0 ? plainest : images;
  if (second === undefined) return first?.[1];
  throw new DataError(
    `${path}: expected one image in each sample, got "${first[1].path}" and "${second[1].path}". Take one of them out.`,
    { location: { path } },
  );
}

async function labelIn(tar: TarFile, member: TarMember, isJson: boolean): Promise<Label | undefined> {
  const text = (await textOf(tar, member)).trim();
  if (!isJson) return labelOf(text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw wrongLabel(tar, member, "JSON", "something else");
  }
  if (Array.isArray(value) || typeof value !== "object" || value === null) return oneLabel(tar, member, value);
  const byName = new Map(Object.entries(value).map(([name, one]): [string, unknown] => [plain(name), one]));
  const name = [...columnNames.label, "cls"].find((one) => byName.has(one));
  return name === undefined ? undefined : oneLabel(tar, member, byName.get(name));
}

function oneLabel(tar: TarFile, member: TarMember, value: unknown): Label | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value === "string") return labelOf(value.trim());
  if (typeof value === "number" && Number.isSafeInteger(value)) return value;
  if (typeof value === "boolean") return String(value);
  const got = Array.isArray(value) ? "a list, which is multi-label classification" : JSON.stringify(value).slice(0, 80);
  throw wrongLabel(tar, member, "a whole number or a word as the label", got);
}

function labelOf(text: string): Label | undefined {
  if (text === "") return undefined;
  const number = Number(text);
  return /^[+-]?\d+$/.test(text) && Number.isSafeInteger(number) ? number : text;
}

async function textOf(tar: TarFile, member: TarMember): Promise<string> {
  const { offset, sizeBytes } = member;
  if (sizeBytes > MOST_LABEL_BYTES) throw wrongLabel(tar, member, "a short text", `${sizeBytes} bytes`);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(await tar.read(offset, sizeBytes));
  } catch (error) {
    if (error instanceof DataError) throw error;
    throw wrongLabel(tar, member, "text in UTF-8", "other bytes");
  }
}

function wrongLabel({ path }: TarFile, member: TarMember, expected: string, got: string): DataError {
  return new DataError(
    `${path}: expected ${expected} in ${JSON.stringify(member.path)}, got ${got}. Correct it, and make the archive anew.`,
    { location: { path, offset: member.offset } },
  );
}
