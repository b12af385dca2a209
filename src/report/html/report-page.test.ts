import { describe, expect, it } from "vitest";
import type { StudySummary } from "../../study/index.ts";
import { analyseStudy } from "../analysis/study-analysis.ts";
import { type DrawnFigure, drawFigures } from "../figures/draw-figures.ts";
import { failRun, runOf, testSummary } from "../summary.fixture.ts";
import { reportPage as pageOf } from "./report-page.ts";

const noFigures: DrawnFigure[] = [];
const shortStudy = testSummary({ epochs: 2 });
const shortFigures = await drawFigures(shortStudy, analyseStudy(shortStudy));

function reportPage(summary: StudySummary, figures: DrawnFigure[]): string {
  return pageOf(summary, { analysis: analyseStudy(summary), figures, mistakes: null });
}

/** The page's text as a reader sees it: without tags, entities decoded, spaces collapsed. */
function readable(page: string): string {
  return page
    .replace(/<style>.*?<\/style>/s, "")
    .replace(/<script>.*?<\/script>/s, "")
    .replace(/<\/?abbr[^>]*>/g, "")
    .replace(/<[^>]*>/g, " ")
    .replaceAll("&lt;", "<")
    .replaceAll("&#39;", "'")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&")
    .replace(/\s+/g, " ");
}

function builtIn(): StudySummary {
  const summary = testSummary();
  summary.dataset = { ...summary.dataset, name: "shapes10", title: "shapes10 (built-in, procedural)" };
  return summary;
}

describe("reportPage", () => {
  it("puts the answer first, then mistakes, training, comparison, method, doubts and what to do with it", () => {
    const text = readable(reportPage(testSummary(), noFigures));
    const order = [
      "Last two layers: over 99 % likely within 1 point of the best.",
      "test accuracy of M4 · Last two layers; 90 % interval",
      "Likely within 1 point of the best: M4 · Last two layers over 99 %",
      "One seed: less certain than three.",
      "the scale goes from guessing (50 %) to 100 %",
      "What the numbers say",
      "Training",
      "Curves",
      "Compare",
      "Recommendation",
      "Every pair",
      "Method and proof",
      "Freeze proof",
      "Doubts",
      "Use it",
      "graft predict runs/classic photo.jpg --open",
      "Repeat it",
      "graft study classic",
    ];
    let from = text.indexOf("Graft study classic");
    for (const heading of order) {
      expect([heading, text.indexOf(heading, from) >= 0]).toEqual([heading, true]);
      from = text.indexOf(heading, from);
    }
  });

  it("leads to every part that it has, and to no other", () => {
    const page = reportPage(shortStudy, shortFigures);
    const [nav = ""] = /<nav.*?<\/nav>/s.exec(page) ?? [];
    const links = [...nav.matchAll(/href="#(\w+)"/g)].map(([, id]) => id);
    expect(links).toEqual(["answer", "training", "compare", "method", "doubts", "use"]);
    expect([...page.matchAll(/class="part" id="(\w+)"/g)].map(([, id]) => id)).toEqual(links);
    expect([...page.matchAll(/<details class="part" id="(\w+)"/g)].map(([, id]) => id)).toEqual(["method", "doubts"]);
  });

  it("leads a student to the conclusion, the table, the notebook and each of the 16 figures in one click", () => {
    const page = reportPage(shortStudy, shortFigures);
    const [answer = ""] = /<section class="part" id="answer">.*?<\/section>/s.exec(page) ?? [];
    for (const id of ["conclusion", "comparison", "figures"]) {
      expect(answer).toContain(`<a href="#${id}">`);
      expect(page).toMatch(new RegExp(`<(?:div|h4) id="${id}">`));
    }
    expect(answer).toContain('<a href="report.ipynb">');
    expect(reportPage({ ...shortStudy, name: "photos" }, noFigures)).not.toContain("For the assignment");
    for (const file of ["report.ipynb", "results.csv", `runs/${runOf(shortStudy, "M4").id}/model.onnx`]) {
      expect(page).toContain(`<a href="${file}">`);
    }
    const curves = shortFigures.filter(({ group }) => group === "curves");
    expect(curves).toHaveLength(16);
    for (const { name } of curves) expect(page).toContain(`<a href="plots/${name}.png">`);
  });

  it("has a row a strategy, the best first, with a dot from chance to 100 %", () => {
    const page = reportPage(shortStudy, noFigures);
    const [table = ""] = /<div class="strategies">.*?<\/table>/s.exec(page) ?? [];
    expect([...table.matchAll(/<th scope="row">(.*?)<\/th>/gs)].map(([, cell = ""]) => readable(cell).trim())).toEqual([
      "M4 · Last two layers recommended",
      "M3 · Last layer only",
      "M2 · From scratch",
    ]);
    const places = [...table.matchAll(/<circle cx="([\d.]+)%"/g)].map(([, place]) => Number(place));
    const accuracies = [...table.matchAll(/class="right accuracy">([\d.]+) %/g)].map(([, accuracy]) =>
      Number(accuracy),
    );
    expect(places).toHaveLength(3);
    places.forEach((place, row) => expect(place).toBeCloseTo(2 * (accuracies[row] - 50), 0));
  });

  it("holds every figure once, inline and labelled", () => {
    const page = reportPage(shortStudy, shortFigures);
    expect(page.match(/<figure id="[^"]*"[^>]*>(?:<noscript>)?(?:<div class="for-wide">)?<svg /g)).toHaveLength(18);
    // for wide screens and for phones
    expect(page.match(/role="img" aria-label="M3 · Last layer only: train and test loss"/g)).toHaveLength(2);
    expect(page).toContain('aria-label="Example images of every class"');
  });

  it("asks for nothing outside itself", () => {
    const page = reportPage(shortStudy, shortFigures);
    expect(page).toContain(
      'content="default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;; img-src data:; font-src data:; script-src ',
    );
    expect(page).not.toMatch(/<script\s|<link|<iframe|@import|url\((?!data:)/);
    const targets = [...page.matchAll(/\s(?:src|xlink:href)="([^"]*)"/g)].map(([, target = ""]) => target);
    expect(targets.length).toBeGreaterThan(0);
    expect(targets.filter((target) => !/^data:image\/(?:png|jpeg);base64,/.test(target))).toEqual([]);
    const links = [...page.matchAll(/<a href="([^"]*)"/g)].map(([, target = ""]) => target);
    expect(links.length).toBeGreaterThan(20);
    expect(links.filter((target) => !/^(?:#\w|plots\/|runs\/|\w+\.(?:csv|ipynb|json)$)/.test(target))).toEqual([]);
  });

  it("escapes whatever comes from the study", async () => {
    const summary = testSummary({ epochs: 1 });
    const evil = `<img src=x onerror="alert('1')">`;
    Object.assign(summary, { name: evil, protocol: evil, command: evil, recipe: evil, notes: [evil] });
    summary.dataset.title = evil;
    summary.target.classNames = [evil, evil];
    for (const entry of summary.examples.classes) entry.className = evil;
    summary.runs = [runOf(summary, "M2")];
    Object.assign(runOf(summary, "M2"), { label: evil, status: "failed", failure: evil });
    const page = reportPage(summary, await drawFigures(summary, analyseStudy(summary)));
    expect(page).not.toContain("<img");
    expect(page).toContain("&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;");
  });

  it("says prominently that a study ran on the built-in data set", () => {
    const page = readable(reportPage(builtIn(), noFigures));
    expect(page).toContain("This study ran on the built-in procedural data set, shapes10 (built-in, procedural).");
    expect(readable(reportPage(testSummary(), noFigures))).not.toContain("built-in");
  });

  it("shows the freeze proof tensor by tensor with both digests", () => {
    const summary = testSummary();
    const text = readable(reportPage(summary, noFigures));
    expect(text).toContain(
      "M3 · Last layer only, seed 0: holds ; frozen tensors: 10 of 10 bit-identical; trainable tensors: 2 of 2 changed (580,768 frozen parameters)",
    );
    const tensor = runOf(summary, "M3").freezeProof?.trainable[0];
    expect(text).toContain(`dense2.weight 256 trainable ${tensor?.before} ${tensor?.after} changed`);
  });

  it("says loudly when the freeze proof fails", () => {
    const summary = testSummary();
    const proof = runOf(summary, "M4").freezeProof;
    if (!proof?.frozen[0]) throw new Error("no proof");
    Object.assign(proof.frozen[0], { changed: true, after: "0000000000000000" });
    proof.holds = false;
    const page = reportPage(summary, noFigures);
    expect(readable(page)).toContain("does not hold ; frozen tensors: 7 of 8 bit-identical");
    expect(page).toContain('<td class="bad">changed</td>');
  });

  it("notes a trained tensor that came out equal, says of one without an update that it fails, and shows statistics that adapt", () => {
    const summary = testSummary();
    const proof = runOf(summary, "M3").freezeProof;
    const [weight, bias] = proof?.trainable ?? [];
    if (!proof || !weight || !bias) throw new Error("no proof");
    expect(readable(reportPage(summary, noFigures))).not.toContain("came out equal");
    proof.adapting = [{ ...weight, name: "norm.running_mean" }];
    Object.assign(weight, { changed: false });
    Object.assign(bias, { changed: false, updated: false });
    const page = reportPage(summary, noFigures);
    const text = readable(page);
    expect(text).toContain("trainable tensors: 0 of 2 changed; adapting statistics: 1 of 1 changed");
    expect(text).toContain("Some trainable tensors were updated and came out equal:");
    expect(text).toContain("M3 · Last layer only, seed 0: dense2.weight");
    expect(page).toContain('<td class="good">updated, came out equal</td>');
    expect(page).toContain('<td class="bad">never updated</td>');
    summary.runs = summary.runs.filter(({ id }) => id === runOf(summary, "M2").id);
    runOf(summary, "M2").freezeProof = { holds: true, frozen: [], trainable: [weight], adapting: [] };
    expect(readable(reportPage(summary, noFigures))).toContain("M2 · From scratch, seed 0: dense2.weight");
    expect(text).toMatch(/norm\.running_mean 256 adapting \w+ \w+ changed/);
  });

  it("has no freeze proof where nothing was frozen, and says where it was not checked", () => {
    const summary = testSummary();
    failRun(runOf(summary, "M4"), 2);
    expect(readable(reportPage(summary, noFigures))).toContain(
      "M4 · Last two layers, seed 0 : not checked, the run is failed.",
    );
    summary.runs = summary.runs.slice(0, 2);
    expect(reportPage(summary, noFigures)).not.toContain("Freeze proof");
  });

  it("states data, split, recipe, seeds and machine", () => {
    const text = readable(reportPage(testSummary(), noFigures));
    expect(text).toContain("Target task 2 classes (airplane, horse); 10,000 training and 2,000 test images");
    expect(text).toContain("SGD, momentum 0.9, learning rate 0.05, one-cycle, batch 32, 20 epochs");
    expect(text).toContain("Example CPU 3000 @ 2.60GHz, linux x64, 2 threads, device cpu");
    expect(text).toContain("Frozen layers are frozen: the proof below compares every tensor bit by bit.");
  });

  it("is written for a study that has only begun", () => {
    const summary = testSummary();
    for (const run of summary.runs) Object.assign(run, { status: "pending", epochs: [] });
    summary.finishedAt = null;
    const text = readable(reportPage(summary, noFigures));
    expect(text).toContain("No run has finished an epoch, so there are no curves.");
    expect(text).toContain("Finished not yet");
  });
});
