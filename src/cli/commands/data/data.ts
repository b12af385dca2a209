/** @file `graft data`: lists, fetches and checks data sets. */

import { printable } from "../../../core/index.ts";
import { type DatasetEntry, type ImagePair, type ImagePlace, datasets } from "../../../data/node/index.ts";
import { cacheDirectory } from "../../../download/index.ts";
import { writeFileAtomic } from "../../../files/index.ts";
import { openData } from "../../study/open-data.ts";
import { pageOf, requireResultFile } from "../../study/result-file.ts";
import { listenForInterrupt } from "../../terminal/interrupt.ts";
import { createDisplay } from "../../terminal/displays/create-display.ts";
import { checkPage } from "./check-page.ts";
import { type CheckedPlace, checkPlace } from "./check-place.ts";
import { SHEET, writeContactSheet } from "./contact-sheet.ts";
import { imageName } from "./image-name.ts";
import { whereIs } from "./where-is.ts";
import { say, sayAside } from "../../terminal/say.ts";

const entries: Readonly<Record<string, DatasetEntry>> = datasets;

/** Prints every data set and where it is. */
export async function listData(): Promise<number> {
  for (const { name, description, find } of Object.values(entries)) {
    say(`${name}\n  ${description}\n  ${whereIs(find)}`);
  }
  say(`Downloads are kept in ${cacheDirectory()}.`);
  return 0;
}

/** Brings a data set onto this machine. */
export async function fetchData(name: string): Promise<number> {
  const display = await createDisplay({ json: false });
  const interrupt = listenForInterrupt("stopped; the same command goes on where this one ended.");
  try {
    const { title, provenance } = await openData(name, { display, signal: interrupt.signal, offline: false });
    display.close();
    say(`${title} is ready: ${provenance}.`);
    return 0;
  } finally {
    display.close();
    interrupt.stop();
  }
}

/** Something is wrong with the images, and that was asked for. */
const FAULTY_EXIT_CODE = 1;

/** What the command line of a check holds. */
export interface CheckOptions {
  readonly contactSheet?: string;
  readonly html?: string;
  readonly strict?: true;
  readonly json?: true;
}

/** Prints what there is to know about the data set called, or lying in, `place`; returns the exit code. */
export async function checkData(
  place: string,
  { contactSheet, html, strict, json }: CheckOptions = {},
): Promise<number> {
  await requireResultFile(contactSheet, "--contact-sheet", SHEET);
  await requireResultFile(html, "--html", pageOf("check"));
  const interrupt = listenForInterrupt("stopped; nothing was changed.");
  const tell = (line: string): void => (json === true ? sayAside : say)(line);
  try {
    const checked = await checkPlace(place, { print: tell, signal: interrupt.signal });
    const { dataset, check, lines, faults } = checked;
    if (json === true) console.log(checkJson(checked));
    else for (const line of lines) say(line);
    if (contactSheet !== undefined) {
      await writeContactSheet(contactSheet, dataset);
      tell(`  some images of each class: ${printable(contactSheet)}`);
    }
    if (html !== undefined) {
      await writeFileAtomic(html, await checkPage(dataset, check));
      tell(`  a page with the pictures: ${printable(html)}`);
    }
    if (strict !== true || faults.length === 0) return 0;
    sayAside(`graft: ${faults.join(", ")}.`);
    return FAULTY_EXIT_CODE;
  } finally {
    interrupt.stop();
  }
}

/** One object; images by their names. */
function checkJson({ dataset, check }: CheckedPlace): string {
  const nameOf = (place: ImagePlace): string => imageName(place, dataset);
  const pairOf = ({ first, second }: ImagePair): string[] => [nameOf(first), nameOf(second)];
  const { title, provenance, checksum, classNames, notes = [], unreadable = [] } = dataset;
  return JSON.stringify({
    type: "check",
    title,
    provenance,
    checksum,
    classNames,
    ...check,
    notes,
    unreadable,
    leaks: check.leaks.map(pairOf),
    conflicts: check.conflicts.map(pairOf),
    nearDuplicates: check.nearDuplicates.map(pairOf),
    grey: check.grey.map(nameOf),
    flat: check.flat.map(nameOf),
    blurred: check.blurred.map(nameOf),
  });
}
