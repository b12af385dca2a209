/** @file `graft data`: lists, fetches and checks data sets. */

import { printable } from "../../../core/index.ts";
import { type DatasetEntry, datasets } from "../../../data/node/index.ts";
import { cacheDirectory } from "../../../download/index.ts";
import { openData } from "../../study/open-data.ts";
import { listenForInterrupt } from "../../terminal/interrupt.ts";
import { createDisplay } from "../../terminal/displays/create-display.ts";
import { checkPlace } from "./check-place.ts";
import { writeContactSheet } from "./contact-sheet.ts";
import { whereIs } from "./where-is.ts";

const entries: Readonly<Record<string, DatasetEntry>> = datasets;

/** Prints every data set and where it is. */
export async function listData(): Promise<number> {
  for (const { name, description, find } of Object.values(entries)) {
    console.log(`${name}\n  ${description}\n  ${whereIs(find)}`);
  }
  console.log(`Downloads are kept in ${cacheDirectory()}.`);
  return 0;
}

/** Brings a data set onto this machine. */
export async function fetchData(name: string): Promise<number> {
  const display = await createDisplay({ json: false });
  const interrupt = listenForInterrupt("stopped; the same command goes on where this one ended.");
  try {
    const { title, provenance } = await openData(name, { display, signal: interrupt.signal, offline: false });
    display.close();
    console.log(`${title} is ready: ${provenance}.`);
    return 0;
  } finally {
    display.close();
    interrupt.stop();
  }
}

/** Prints what there is to know about the data set called, or lying in, `place`. */
export async function checkData(place: string, { contactSheet }: { contactSheet?: string } = {}): Promise<number> {
  const interrupt = listenForInterrupt("stopped; nothing was changed.");
  try {
    const { dataset, lines } = await checkPlace(place, { print: console.log, signal: interrupt.signal });
    for (const line of lines) console.log(line);
    if (contactSheet === undefined) return 0;
    await writeContactSheet(contactSheet, dataset);
    console.log(`  some images of each class: ${printable(contactSheet)}`);
    return 0;
  } finally {
    interrupt.stop();
  }
}
