/** @file The benchmark of answers as a page: what was measured, in Markdown that is still to be formatted. */

import { adviceWorth } from "./advice-worth.ts";
import {
  type RegretSummary,
  type TaskRegret,
  oracleAccuracy,
  orderAgreement,
  summaryByStrategy,
  summaryOf,
  taskRegrets,
} from "./regret.ts";
import type { DefaultsFile, OracleCell, OracleFile } from "./results.ts";
import { bestOf, oracleStrategies } from "./search.ts";
import type { AnswerTask } from "./tasks.ts";

/** What the page is made of. */
export interface PageContent {
  /** In the page's order. */
  readonly tasks: readonly Pick<AnswerTask, "name" | "title" | "imagesPerClass">[];
  /** The earliest first. */
  readonly generations: readonly DefaultsFile[];
  readonly oracle: OracleFile;
}

const NOTHING = "–";
/** Test images that recommendations are made from. */
const SHOWN = [50, 150, 500] as const;

/** The whole page. */
export function pageText({ tasks, generations, oracle }: PageContent): string {
  const compared = generations.map((generation) => ({
    generation,
    regrets: taskRegrets(generation, oracle, generations),
  }));
  return [
    "# What the defaults are worth",
    introduction(tasks.length, oracle),
    machines(generations, oracle),
    "## Regret",
    "Oracle minus default, in points of test accuracy, paired on the same images and seeds: the mean over tasks of the means over draws, and the worst task.",
    regretTable(compared),
    "## The answer",
    "What somebody loses who takes the strategy that is best by default: the best of all that was seen minus its accuracy; then the same for the strategy that the study recommends, which may be a cheaper one that is likely as good. Of strategies whose search has not been run on a task (– in the last table) only the defaults were seen. Order: pairs of strategies whose oracles differ by more than 3 points and which the defaults put in the same order.",
    answerTable(compared),
    ...recommendationPart(generations),
    "## Tasks",
    "Accuracy by default and, in brackets, of the oracle.",
    ...compared.map(({ generation, regrets }) => taskTable(generation.label, tasks, regrets)),
    "## The oracle",
    "For each strategy its best accuracy, the mean over draws, and what reached it in the first draw.",
    oracleTable(tasks, oracle),
    ...failures(generations),
  ].join("\n\n");
}

function introduction(tasks: number, { cells }: OracleFile): string {
  return [
    `Written by \`npm run bench:answers\`. On ${tasks} small tasks it holds what Graft does by default (the preset \`photos\`, with nothing said but where the images and the network are) against an oracle.`,
    "The oracle of a strategy is the best test accuracy that was ever seen of it, by one of the generations of defaults or by a search: AdamW with a one-cycle schedule, learning rates by hill climbing in steps of a factor 2, three times as many steps, several augmentations; for the last layer logistic regression on the frozen features, solved for strengths over six decades.",
    `It looks at the test set, which no study may, so a little regret remains even for perfect defaults. ${cells.length} cells were measured.`,
    "Sources that are trained here are trained anew on each machine, and their features were seen to be worth up to 5 points more or less on a task far from them: what was measured on other days may have had others.",
    `The oracles: ${oracleStrategies.map((strategy) => `${strategy} ${daysOf(cells, strategy)}`).join("; ")}.`,
  ].join(" ");
}

/** Those on which a strategy was searched. */
function daysOf(cells: OracleFile["cells"], strategy: string): string {
  const days = cells.filter((cell) => cell.strategy === strategy).map(({ date }) => date.slice(0, 10));
  return days.length === 0 ? "never" : [...new Set(days)].sort().join(", ");
}

function machines(generations: readonly DefaultsFile[], oracle: OracleFile): string {
  const files = [
    ...generations.map((file) => ({ what: `defaults \`${file.label}\``, file })),
    { what: "oracle, where it was begun", file: oracle },
  ];
  const lines = files.map(({ what, file: { machine, cells } }) => {
    const { platform, cpu, node, onnxruntime, graft } = machine;
    const threads = [...new Set(cells.map((cell) => cell.threads))].sort((a, b) => a - b).join(" or ");
    return `- ${what}: ${platform}, ${cpu}, threads ${threads}, Node ${node}, onnxruntime ${onnxruntime}, Graft ${graft}`;
  });
  return lines.join("\n");
}

interface Compared {
  readonly generation: DefaultsFile;
  readonly regrets: readonly TaskRegret[];
}

function regretTable(compared: readonly Compared[]): string {
  const summaries = compared.map(({ regrets }) => summaryByStrategy(regrets));
  const strategies = [...new Set(summaries.flatMap((summary) => [...summary.keys()]))];
  return table(
    ["strategy", ...compared.flatMap(({ generation: { label } }) => [`${label}: mean`, `${label}: worst`])],
    strategies.map((strategy) => [strategy, ...summaries.flatMap((summary) => summaryCells(summary.get(strategy)))]),
  );
}

function summaryCells(summary: RegretSummary | undefined): [mean: string, worst: string] {
  if (summary === undefined) return [NOTHING, NOTHING];
  const { tasks, mean, worst } = summary;
  return [`${points(mean)} (${tasks} ${tasks === 1 ? "task" : "tasks"})`, `${points(worst.regret)} (${worst.task})`];
}

function answerTable(compared: readonly Compared[]): string {
  const rows = compared.map(({ generation: { label, cells }, regrets }) => {
    const answers = regrets.map(({ task, answer }) => ({ task, regret: answer.regret }));
    const advised = regrets.flatMap(({ task, recommended }) =>
      recommended === null ? [] : [{ task, regret: recommended }],
    );
    const { agreeing, pairs } = orderAgreement(regrets);
    const seconds = cells.reduce((sum, cell) => sum + cell.seconds, 0) / cells.length;
    return [
      label,
      ...summaryCells(answers.length === 0 ? undefined : summaryOf(answers)),
      ...summaryCells(advised.length === 0 ? undefined : summaryOf(advised)),
      pairs === 0 ? NOTHING : `${agreeing} of ${pairs}`,
      seconds.toFixed(0),
    ];
  });
  return table(
    ["defaults", "mean regret", "worst", "of the recommended", "worst", "order", "seconds of a study"],
    rows,
  );
}

/** Nothing where no study recommended anything. */
function recommendationPart(generations: readonly DefaultsFile[]): string[] {
  const rows = generations.flatMap((generation) =>
    SHOWN.flatMap((shown) => [true, false].map((knowsUsual) => ({ shown, knowsUsual }))).flatMap((how) => {
      const worth = adviceWorth(generation, how);
      if (worth === null) return [];
      const { studies, regret, regretOfAlways, brier, brierOfAlways, sure, rightOfSure } = worth;
      const both = ({ mean, worst }: { mean: number; worst: number }): string => `${points(mean)}, ${points(worst)}`;
      return [
        [
          generation.label,
          String(how.shown),
          how.knowsUsual ? "yes" : "no",
          String(studies),
          both(regret),
          both(regretOfAlways),
          brier.toFixed(2),
          brierOfAlways.toFixed(2),
          percent(sure),
          sure === 0 ? NOTHING : percent(rightOfSure),
        ],
      ];
    }),
  );
  if (rows.length === 0) return [];
  return [
    "## The recommendation",
    "Made from some of a study's test images, drawn ten times, and held against all others: the best strategy's accuracy there minus the recommended one's (mean, and mean of the worst study), the same for always fine-tuning everything, and how well the probabilities fit (Brier score; always fine-tuning everything says 1). Sure is what was recommended with a probability of at least 0.75; it is right within the study's region of equivalence. The best of eight strategies on some hundred images lies above the best that there is, so every regret here is a little too large.",
    table(
      [
        "defaults",
        "images shown",
        "what is usual counts",
        "studies",
        "regret",
        "of always `full`",
        "Brier score",
        "of always `full`",
        "sure",
        "of them right",
      ],
      rows,
    ),
  ];
}

function taskTable(label: string, tasks: PageContent["tasks"], regrets: readonly TaskRegret[]): string {
  const strategies = [...new Set(regrets.flatMap((task) => task.strategies.map(({ strategy }) => strategy)))];
  const rows = tasks.flatMap(({ name, title, imagesPerClass }) => {
    const regret = regrets.find(({ task }) => task === name);
    if (regret === undefined) return [];
    const cells = strategies.map((strategy) => {
      const one = regret.strategies.find((candidate) => candidate.strategy === strategy);
      return one === undefined ? NOTHING : `${percent(one.default)} (${percent(one.oracle)})`;
    });
    const { answer, draws } = regret;
    return [[title, String(imagesPerClass), ...cells, points(answer.regret), String(draws.length)]];
  });
  return table([`\`${label}\``, "images per class", ...strategies, "regret of the answer", "draws"], rows);
}

function oracleTable(tasks: PageContent["tasks"], { cells }: OracleFile): string {
  const rows = tasks.flatMap(({ name, title, imagesPerClass }) => {
    const own = cells.filter(({ task }) => task === name);
    if (own.length === 0) return [];
    const seconds = own.reduce((sum, cell) => sum + cell.seconds, 0);
    const bests = oracleStrategies.map((strategy) => oracleText(own.filter((cell) => cell.strategy === strategy)));
    return [[title, String(imagesPerClass), ...bests, seconds.toFixed(0)]];
  });
  return table(["task", "images per class", ...oracleStrategies, "seconds"], rows);
}

function oracleText(cells: readonly OracleCell[]): string {
  if (cells.length === 0) return NOTHING;
  const draws = [...new Set(cells.map(({ draw }) => draw))].sort((a, b) => a - b);
  const accuracy = oracleAccuracy(cells, { strategy: cells[0].strategy, draws });
  const best = bestOf(cells.filter(({ draw }) => draw === draws[0]));
  if (best === null || accuracy === null) return "all diverged";
  return `${percent(accuracy)}: ${recipe(best)}`;
}

function recipe(cell: OracleCell): string {
  if ("strength" in cell) return `strength ${cell.strength.toPrecision(1)}`;
  const augmentation = cell.augmentation === "none" ? "" : `, ${cell.augmentation}`;
  return `${cell.rate.toPrecision(2)}, ${cell.steps} steps${augmentation}`;
}

/** Nothing where nothing failed. */
function failures(generations: readonly DefaultsFile[]): string[] {
  const lines = generations.flatMap(({ label, cells }) =>
    cells.flatMap(({ task, draw, failure, outcomes }) => {
      const where = `- \`${label}\`, \`${task}\`, draw ${draw}`;
      const runs = outcomes.flatMap((one) =>
        one.failure === undefined ? [] : `${where}, ${one.strategy}: ${one.failure}`,
      );
      return [...(failure === undefined ? [] : [`${where}: ${failure}`]), ...runs];
    }),
  );
  return lines.length === 0 ? [] : ["## Failed", lines.join("\n")];
}

function points(regret: number): string {
  return (100 * regret).toFixed(1);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
