/** @file The wrong answers in `report.html`, and right ones of which is known where a model looked: a matrix whose cells show their images, filters, and each image enlarged. */

import { count, percent, plural } from "../../../core/index.ts";
import type { StudySummary } from "../../../study/index.ts";
import type { StudyAnalysis } from "../../analysis/study-analysis.ts";
import { heatTint } from "../../look/heat-tint.ts";
import { inkOf } from "../../look/inks.ts";
import { type Markup, html, raw } from "../../markup.ts";
import { type Mistakes, type ShownImage, mistakesOf } from "../../runs/mistakes.ts";
import { plainTable } from "../../tables/table-formats.ts";
import { section } from "../sections.ts";
import { mistakesMatrix } from "./mistakes-matrix.ts";
import { type Sprite, makeSprite } from "./sprite.ts";

/** Of the page's weight, for pictures. */
const MOST_SPRITE_BYTES = 420_000;
/** As many as an eye tells apart over a grey photo. */
const HEATS = 16;
const HEAT_STEP = 17;
/** Cards that are there without the page's script. */
const FIRST_CARDS = 24;

/** All of it; null where no model's answers were kept, or none is wrong. */
export async function mistakesExplorer(summary: StudySummary, analysis: StudyAnalysis): Promise<Markup | null> {
  const found = mistakesOf(summary, analysis.design);
  if (found === null) return null;
  const mistakes = leadingFirst(found, analysis);
  const { width, height } = summary.examples;
  const pictures = mistakes.images.flatMap(({ picture }) => picture ?? []);
  const sprite = await makeSprite(pictures, { width, height, mostBytes: MOST_SPRITE_BYTES });
  return section(
    "Answers, image by image",
    html`<div class="mistakes" style="--shape: ${width} / ${height}">
      ${spriteStyle(sprite)}
      <p class="soft">${scopeWords(mistakes, sprite)}</p>
      ${filters(mistakes)}
      <div class="beside">
        ${mistakesMatrix(mistakes)}
        <div>
          <p class="said soft" role="status"></p>
          <ul class="shots">
            ${firstCards(mistakes, sprite)}
          </ul>
          <button type="button" class="more" hidden>Show more</button>
        </div>
      </div>
      ${enlarged(mistakes)}
      <template>${JSON.stringify(pageData(mistakes, sprite))}</template>
    </div>`,
  );
}

/** The recommended model first, which the page begins with. */
function leadingFirst(mistakes: Mistakes, { ranges }: StudyAnalysis): Mistakes {
  const recommended = ranges.at(-1)?.strategy;
  const lead = Math.max(
    0,
    mistakes.models.findIndex(({ style }) => style.name === recommended),
  );
  const moved = <T>(items: readonly T[]): T[] => [items[lead], ...items.filter((_, index) => index !== lead)];
  return {
    ...mistakes,
    models: moved(mistakes.models),
    images: mistakes.images.map((image) => ({ ...image, answers: moved(image.answers) })),
  };
}

function scopeWords({ models, images, total }: Mistakes, { tiles }: Sprite): string {
  const [{ run }] = models;
  const who = models.length > 1 ? `some model of seed ${run.seed}` : `the model of seed ${run.seed}`;
  const listed = images.filter((image) => timesWrong(image) > 0).length;
  const left = total - listed;
  return [
    `${plural(total, "test image")} of ${count(run.testImages)} that ${who} got wrong.`,
    ...(images.length > tiles ? [`${count(images.length - tiles)} of them are named without their picture.`] : []),
    ...(images.length > listed
      ? [`${plural(images.length - listed, "right answer")} beside them, with where the models looked.`]
      : []),
    ...(left > 0 ? [`${count(left)} more, of the less accurate models, are not listed.`] : []),
  ].join(" ");
}

/** Not loaded before something is drawn with it. */
function spriteStyle({ base64, columns, rows }: Sprite): Markup {
  return html`<style>
    .picture {
      background-image: url(data:image/webp;base64,${raw(base64)});
      --columns: ${columns};
      --rows: ${rows};
    }
  </style>`;
}

function filters({ models, classNames }: Mistakes): Markup {
  const choices = (some: readonly (readonly [value: string | number, words: string])[]): Markup[] =>
    some.map(([value, words]) => html`<option value="${value}">${words}</option> `);
  const classes = choices([["", "any class"], ...classNames.map((name, label) => [label, name] as const)]);
  const scope = choices([
    ["one", "wrong"],
    ["all", "wrong, as those of every model"],
    ["right", "right, with where it looked"],
  ]);
  const orders = choices([
    ["surest", "surest first"],
    ["unsure", "least sure first"],
    ...(models.length > 1 ? ([["models", "wrong in most models first"]] as const) : []),
    ["file", "by name"],
  ]);
  return html`<form class="filters" hidden>
    <label
      >Answers of
      <select name="model">
        ${choices(models.map(({ run, style }) => [run.strategy, style.name]))}
      </select></label
    >
    <label
      >Which are
      <select name="of">
        ${scope}
      </select></label
    >
    <label
      >True class
      <select name="true">
        ${classes}
      </select></label
    >
    <label
      >Answer
      <select name="answer">
        ${classes}
      </select></label
    >
    <label
      >At least this sure <input type="range" name="sure" min="0" max="100" step="5" value="0" />
      <output name="least"></output
    ></label>
    <label
      >Order
      <select name="order">
        ${orders}
      </select></label
    >
    <button type="button" class="copy-files">Copy the list of files</button>
  </form>`;
}

/** The leading model's, the surest first. */
function firstCards({ images, classNames, models }: Mistakes, sprite: Sprite): Markup[] {
  const tiled = images.map((image, tile) => ({ image, tile: tile < sprite.tiles ? tile : -1 }));
  const wrong = tiled.filter(({ image: { label, answers } }) => answers[0].label !== label);
  return (wrong.length > 0 ? wrong : tiled)
    .sort((a, b) => b.image.answers[0].probability - a.image.answers[0].probability)
    .slice(0, FIRST_CARDS)
    .map(({ image, tile }) => {
      const [{ label, probability }] = image.answers;
      const others = models.length > 1 ? `; ${timesWrong(image)} of ${models.length} models wrong` : "";
      return html`<li>
        ${pictureButton(sprite, { tile, label: `Enlarge ${image.name}` })}
        <b><bdi class="answer">${classNames[label]}</bdi>?</b> It is
        <bdi class="truth">${classNames[image.label]}</bdi>.
        <span class="sure">${percent(probability)} sure${others}</span>
        <bdi class="file">${image.name}</bdi>
      </li> `;
    });
}

function pictureButton({ columns }: Sprite, { tile, label }: { tile: number; label: string }): Markup {
  const at = Math.max(0, tile);
  const place = `--column: ${at % columns}; --row: ${Math.floor(at / columns)}`;
  return html`<button
    type="button"
    class="${tile < 0 ? "picture none" : "picture"}"
    style="${place}"
    aria-label="${label}"
  ></button>`;
}

function timesWrong({ label, answers }: ShownImage): number {
  return answers.filter((answer) => answer.label !== label).length;
}

/** With where the model looked, for images that a map was kept of. */
function enlarged({ models }: Mistakes): Markup {
  const rows = models.map(
    ({ style }) =>
      html`<tr>
        <th scope="row"><span class="key" style="background: ${inkOf(style.color)}"></span>${style.name}</th>
        <td><bdi class="answer"></bdi></td>
        <td class="right sure"></td>
        <td class="verdict"></td>
      </tr> `,
  );
  const heads = html`<th scope="col">Model</th>
    <th scope="col">Answer</th>
    <th scope="col" class="right">How sure</th>
    <th scope="col"><span class="unseen">Right or wrong</span></th>`;
  return html`<dialog aria-label="One image">
    <div class="pictures">
      <div class="picture"></div>
      <div class="heat" hidden>
        <div class="picture"></div>
        <canvas></canvas>
      </div>
    </div>
    <p><bdi class="file"></bdi></p>
    <p class="heat-words soft" hidden>
      In grey: where <span class="model-name"></span> looked; what speaks for its answer goes from dark to yellow.
    </p>
    <p>It is <bdi class="truth"></bdi>.</p>
    ${plainTable({ heads, rows })}
    <form method="dialog">
      <button type="button" class="before">Previous</button>
      <button type="button" class="after">Next</button>
      <button>Close</button>
    </form>
  </dialog>`;
}

/** What the page's script reads. */
function pageData({ models, images, classNames }: Mistakes, { tiles, columns }: Sprite): object {
  return {
    classes: classNames,
    columns,
    // red, green, blue and opacity of each heat
    tints: Buffer.from(heatTint(Uint8Array.from({ length: HEATS }, (_, heat) => heat * HEAT_STEP))).toString("base64"),
    models: models.map(({ style, evaluation: { confusion, heatMaps } }) => ({
      name: style.name,
      confusion,
      ...(heatMaps ? { grid: { width: heatMaps.width, height: heatMaps.height } } : {}),
    })),
    images: images.map(({ name, label, answers }, tile) => ({
      name,
      label,
      tile: tile < tiles ? tile : -1,
      answers: answers.map((answer) => answer.label),
      sure: answers.map(({ probability }) => Number(probability.toFixed(4))),
      ...(answers.some(({ heat }) => heat !== undefined)
        ? { heat: answers.map(({ heat = "" }) => packHeat(heat)) }
        : {}),
    })),
  };
}

/** A map of bytes as one of sixteen heats, two in a byte. */
function packHeat(base64: string): string {
  const heats = Buffer.from(base64, "base64").map((heat) => Math.round(heat / HEAT_STEP));
  const pairs = Array.from(
    { length: Math.ceil(heats.length / 2) },
    (_, at) => (heats[2 * at] << 4) | heats[2 * at + 1],
  );
  return Buffer.from(pairs).toString("base64");
}
