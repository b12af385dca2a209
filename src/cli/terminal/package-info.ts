/** @file What Graft's own package.json says. */

import { readFileSync } from "node:fs";

/** Graft's version and the Node.js versions it runs on. */
export interface PackageInfo {
  readonly version: string;
  readonly engines: { readonly node: string };
}

/** Reads package.json, two folders up from the source and from the build alike. */
export function packageInfo(): PackageInfo {
  const parsed: PackageInfo = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8"));
  return parsed;
}
