/**
 * @file Graft's public interface: `import { datasets, models, strategies, study } from "graft"`.
 *
 * Everything the command line does can be done from here; docs/api.md shows how.
 */

/** Tensors, named streams of random numbers, errors. */
export * as core from "./core/index.ts";
/** Data sets: open them, split them by class, look at them. */
export * as datasets from "./data/node/index.ts";
/** Networks, layers, optimizers and the training loop. */
export * as engine from "./engine/index.ts";
/** Architectures by name. */
export * as models from "./models/node/index.ts";
/** Reports: tables, figures, pages and notebooks from a study's summary. */
export * as report from "./report/index.ts";
/** Tests, intervals, learning curves, verdicts and metrics of classifiers. */
export * as statistics from "./statistics/index.ts";
/** Study files, presets, plans, and what runs them. */
export * as study from "./study/index.ts";
/** What starts where and what trains. */
export * as strategies from "./transfer/node/index.ts";
