/** @file Door of `transfer` on Node: all of it, and features in files. */

export * from "../index.ts";
export { featureFile } from "./feature-file.ts";
