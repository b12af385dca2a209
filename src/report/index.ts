/** @file Door of `report`: the records of a study become tables, plots, a page, a notebook and a conclusion. */

export { conclusion, type Conclusion } from "./conclusion/conclusion.ts";
export { learningRateFigure } from "./figures/learning-rate-figure.ts";
export { heatTint } from "./look/heat-tint.ts";
export { imageGrid, type ImageGridOptions, type ImageRow } from "./notebook/image-grid.ts";
export { picture, type Picture } from "./notebook/picture.ts";
export { outcomeMark } from "./outcome-words.ts";
export { isNumbered, strategyName } from "./runs/strategy-names.ts";
export { type ImageCard, type ImageSection, imagePage } from "./image-page.ts";
export { predictionPage, type PredictionPageOptions } from "./prediction-page.ts";
export { renderReport, type ReportFile } from "./render-report.ts";
export { resultsCsv } from "./results-csv.ts";
export { recipeText } from "./sentences/recipe-words.ts";
export { comparisonTable, type ComparisonTable, type TableRow } from "./tables/comparison-table.ts";
export { tableAsMarkdown, tableAsText } from "./tables/table-formats.ts";
