/** @file `graft data suspects`: which training images' classes are worth a second look. */

import { availableParallelism } from "node:os";
import { count, csvCell, percent, plural, printable } from "../../../core/index.ts";
import type { ImageDataset } from "../../../data/node/index.ts";
import { writeFileAtomic } from "../../../files/index.ts";
import { type ImageCard, imagePage } from "../../../report/index.ts";
import {
  type Suspect,
  type SuspectSearch,
  findSuspects,
  moveStudy,
  readStudyFile,
  requireSameData,
} from "../../../study/index.ts";
import { chooseDevice } from "../../device/choose-device.ts";
import { parseList, parseWhole } from "../../options/parse-values.ts";
import { openStudy } from "../../study/open-study.ts";
import { pageOf, requireResultFile, tableOf } from "../../study/result-file.ts";
import { type PlaceOptions, placesFrom } from "../../study/places.ts";
import { alignColumns } from "../../terminal/align-columns.ts";
import { createDisplay } from "../../terminal/displays/create-display.ts";
import { atMostEvery } from "../../terminal/displays/throttle.ts";
import { listenForInterrupt } from "../../terminal/interrupt.ts";
import { imageName, imagePicture } from "./image-name.ts";
import { say, sayAside } from "../../terminal/say.ts";

/** More pictures than this nobody looks at. */
const MOST_PICTURES = 500;

const COLUMNS = ["image", "class", "likely_class", "class_probability", "likely_class_probability"];

/** A line of progress now and then. */
const PROGRESS_MS = 3000;

/** What the command line holds, as typed. */
export interface SuspectsOptions extends PlaceOptions {
  readonly strategies: string;
  readonly top: string;
  readonly csv?: string;
  readonly html?: string;
  readonly threads?: string;
  readonly device: string;
  readonly offline?: true;
  readonly json?: true;
}

/** Prints the suspects of the study in `directory`, the most doubtful first; returns the exit code. */
export async function suspects(directory: string, options: SuspectsOptions): Promise<number> {
  const threads =
    options.threads === undefined
      ? availableParallelism()
      : parseWhole(options.threads, "--threads", { min: 1, max: 1024 });
  const top = parseWhole(options.top, "--top", { min: 1 });
  const strategies = [...new Set(parseList(options.strategies, "--strategies", "names of strategies"))];
  await requireResultFile(options.csv, "--csv", tableOf("suspects", COLUMNS));
  await requireResultFile(options.html, "--html", pageOf("suspects"));
  const begun = await readStudyFile(directory);
  const config = moveStudy(begun.config, placesFrom(options));
  const { device, reason } = await chooseDevice(options.device, { threads });
  const display = await createDisplay({ json: options.json === true });
  const interrupt = listenForInterrupt("stopped; nothing was changed.");
  const { signal } = interrupt;
  try {
    if (reason !== undefined) display.notice(`Computing on ${device}: ${reason}.`);
    const data = await openStudy(config, { display, signal, offline: options.offline === true });
    requireSameData(begun, data);
    const isTime = atMostEvery(PROGRESS_MS, Date.now);
    const search = await findSuspects({
      ...data,
      config,
      directory,
      strategies,
      threads,
      device,
      signal,
      onFeatures: (images, total) => {
        if (isTime()) display.notice(`The source network read ${count(images)} of ${count(total)} images.`);
      },
      onModel: ({ label, model, models }) => {
        if (isTime()) display.notice(`Asked ${model} of ${models} models, the last one ${label}.`);
      },
    });
    if (search === null) throw signal.reason;
    display.close();
    const shown = { search, dataset: data.dataset, directory };
    if (options.json === true) console.log(JSON.stringify({ type: "suspects", directory, ...namedSearch(shown) }));
    else for (const line of suspectLines(shown, top)) say(line);
    await writeFiles(shown, options);
    return 0;
  } finally {
    display.close();
    interrupt.stop();
  }
}

/** A search, and the images that it was made among. */
interface ShownSearch {
  readonly search: SuspectSearch;
  readonly dataset: ImageDataset;
  readonly directory: string;
}

function namedSearch({ search, dataset }: ShownSearch): object {
  return { ...search, suspects: search.suspects.map((suspect) => ({ image: nameOf(suspect, dataset), ...suspect })) };
}

function suspectLines({ search, dataset, directory }: ShownSearch, top: number): string[] {
  const { images, unasked, strategies, suspects: found } = search;
  const confirmed = strategies.map(({ label, accuracy }) => `${label} ${percent(accuracy)}`).join(", ");
  const more = found.length - top;
  return [
    `${plural(found.length, "image")} of ${images} ${found.length === 1 ? "is" : "are"} of another class if ${strategies.length === 1 ? "the strategy is" : "all strategies are"} right ` +
      `that did not train on them (${confirmed} of the classes confirmed).`,
    ...(unasked === 0 ? [] : [`${plural(unasked, "image")} alone in its class cannot be asked about.`]),
    ...alignColumns(
      found
        .slice(0, top)
        .map((suspect) => [nameOf(suspect, dataset), ...answerOf(suspect).map((text) => printable(text))]),
    ),
    ...(more > 0 ? [`and ${more} more: --top ${found.length} or --csv suspects.csv names all`] : []),
    ...(found.length === 0 ? [] : [`Look at them: graft data suspects ${printable(directory)} --html suspects.html`]),
  ];
}

function answerOf({ given, likely, givenProbability, likelyProbability }: Suspect): [string, string] {
  return [`${given} (${percent(givenProbability, 0)})`, `rather ${likely} (${percent(likelyProbability, 0)})`];
}

function nameOf({ index }: Suspect, dataset: ImageDataset): string {
  return imageName({ part: "train", index }, dataset);
}

async function writeFiles(shown: ShownSearch, { csv, html }: SuspectsOptions): Promise<void> {
  if (csv !== undefined) {
    await writeFileAtomic(csv, suspectsCsv(shown));
    sayAside(`The table is in ${printable(csv)}.`);
  }
  if (html === undefined) return;
  await writeFileAtomic(html, await suspectsPage(shown));
  sayAside(`The page is in ${printable(html)}.`);
}

function suspectsCsv({ search, dataset }: ShownSearch): string {
  const rows = search.suspects.map((suspect) => [
    nameOf(suspect, dataset),
    suspect.given,
    suspect.likely,
    suspect.givenProbability,
    suspect.likelyProbability,
  ]);
  return [COLUMNS, ...rows].map((row) => `${row.map(csvCell).join(",")}\r\n`).join("");
}

async function suspectsPage({ search, dataset, directory }: ShownSearch): Promise<string> {
  const cards: ImageCard[] = [];
  for (const suspect of search.suspects.slice(0, MOST_PICTURES)) {
    const { given, likely, givenProbability, likelyProbability } = suspect;
    cards.push({
      file: nameOf(suspect, dataset),
      thumbnail: await imagePicture({ part: "train", index: suspect.index }, dataset),
      rows: [
        { text: `${given}?`, value: percent(givenProbability), share: givenProbability },
        { text: `rather ${likely}`, value: percent(likelyProbability), share: likelyProbability },
      ],
    });
  }
  return imagePage({
    title: `Suspects of ${directory}`,
    note:
      `${plural(search.suspects.length, "training image")} of ${search.images} whose class every strategy contradicts that did not train on ` +
      `it, the most doubtful first${cards.length < search.suspects.length ? `; ${cards.length} are shown` : ""}. ` +
      "Some of them are right and only hard: look before a class is changed.",
    sections: [{ cards }],
  });
}
