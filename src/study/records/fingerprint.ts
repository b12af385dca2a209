/** @file What the bits of a study depend on besides its file: whoever trains first pins it, and others are asked for the same. */

import { rm } from "node:fs/promises";
import { z } from "zod";
import { type StudyId, readState, writeNewState } from "./state-file.ts";

/** Machines that agree in it, and train with the same number of threads, leave the same bits. */
export interface Fingerprint {
  /** Operating system and architecture: `linux x64`. */
  readonly platform: string;
  /** Channels in a block of onnxruntime's blocked images: 16 with AVX-512, 8 with AVX2; null where there are none. */
  readonly blockSize: number | null;
  readonly onnxruntime: string;
  readonly graft: string;
}

/** The machine that a run was trained on, where it is of another kind than the study's. */
export interface OtherMachine extends Fingerprint {
  readonly cpu: string;
}

const fields = {
  platform: z.string(),
  blockSize: z.int().min(1).nullable(),
  onnxruntime: z.string(),
  graft: z.string(),
};

const schema: z.ZodType<Fingerprint> = z.object(fields);

export const otherMachineSchema = z.looseObject({ ...fields, cpu: z.string() } satisfies Record<
  keyof OtherMachine,
  z.ZodType
>);

const words: Readonly<Record<keyof Fingerprint, (fingerprint: Fingerprint) => string>> = {
  platform: ({ platform }) => platform,
  blockSize: ({ blockSize }) => (blockSize === null ? "no blocked images" : `blocks of ${blockSize} channels`),
  onnxruntime: ({ onnxruntime }) => `onnxruntime ${onnxruntime}`,
  graft: ({ graft }) => `Graft ${graft}`,
};

/** In what two machines differ, as it is with each of them; empty where their bits are the same. */
export function differencesOf(first: Fingerprint, second: Fingerprint): { first: string[]; second: string[] } {
  const names = (Object.keys(words) as (keyof Fingerprint)[]).filter((name) => first[name] !== second[name]);
  return { first: names.map((name) => words[name](first)), second: names.map((name) => words[name](second)) };
}

/** `fingerprint.json` of a study. */
export interface FingerprintFile {
  /** Null before anything was trained. */
  read(): Promise<Fingerprint | null>;
  /** The one that was pinned: the one that is given, if none was. */
  pin(mine: Fingerprint): Promise<Fingerprint>;
  /** Forgets it, for a study that goes on elsewhere. */
  forget(): Promise<void>;
}

/** The file at `path`, written only while `guarded` allows it. */
export function fingerprintFile(
  path: string,
  { studyId, guarded }: { studyId: () => Promise<StudyId>; guarded: (write: () => Promise<void>) => Promise<void> },
): FingerprintFile {
  const fix =
    "Restore the file, or delete it: the next machine that trains writes it anew, and nothing tells then where earlier runs were trained.";
  const known = async (): Promise<Fingerprint | null> => readState(path, { schema, study: await studyId(), fix });
  return {
    read: known,
    pin: async (mine) => {
      const pinned = await known();
      if (pinned !== null) return pinned;
      await guarded(async () => writeNewState(path, mine, await studyId()));
      return (await known()) ?? mine;
    },
    forget: () => guarded(() => rm(path, { force: true })),
  };
}
