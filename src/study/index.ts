/** @file Door of `study`. */

export type {
  EpochRecord,
  ExampleImages,
  FreezeProofRecord,
  FreezeProofTensor,
  RunRecord,
  StudySummary,
  TaskRecord,
} from "./records.ts";
