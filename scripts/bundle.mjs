/**
 * @file Bundles what Graft starts as programs: the command and its threads. A process of the command starts in half of
 * the time that six hundred modules take.
 */

import { cpSync, statSync } from "node:fs";
import { dirname, isAbsolute, join, posix, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const source = join(dirname(fileURLToPath(import.meta.url)), "..", "src");

/** Started by their paths, under which they stay. */
const PROGRAMS = ["cli/main", "cli/command-worker", "data/node/batch-worker", "engine/runtime/node/device-worker"];

/**
 * Bundles the programs into a folder, with the files that they read: fonts and whatever else of src/ is not TypeScript.
 *
 * @param {string} target
 * @param {Record<string, string>} [others] Programs beside them, by the names that they get.
 */
export async function bundlePrograms(target, others = {}) {
  const own = Object.fromEntries(PROGRAMS.map((name) => [name, join(source, `${name}.ts`)]));
  const bundle = await rolldown({
    input: { ...own, ...others },
    platform: "node",
    // packages stay what they are
    external: (id) => !id.startsWith(".") && !isAbsolute(id),
    plugins: [placesOfModules],
  });
  await bundle.write({ dir: target, entryFileNames: "[name].js", chunkFileNames: "cli/chunks/[name]-[hash].js" });
  await bundle.close();
  cpSync(source, target, {
    recursive: true,
    filter: (path) => statSync(path).isDirectory() || !/\.[cm]?ts$/.test(path),
  });
}

/**
 * Modules find files by where they are themselves: in the bundle, too, each is where it would be on its own.
 *
 * @type {import("rolldown").Plugin}
 */
const placesOfModules = {
  name: "places of modules",
  transform(code, id) {
    const place = relative(source, id).split(sep).join("/").replace(/ts$/, "js");
    return code.replaceAll("import.meta.url", `placeOfModule("${place}")`);
  },
  renderChunk: (code, { fileName }) =>
    code.replaceAll(/placeOfModule\("([^"]+)"\)/g, (_, place) => {
      const path = posix.relative(posix.dirname(fileName), place);
      return `new URL("${path}", import.meta.url).href`;
    }),
};
