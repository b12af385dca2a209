/** @file Door of `transfer`: strategies, freeze plans and their proof, features of frozen layers, guesses at transferability. */

export {
  createFeatureCache,
  labelTensor,
  readFeatures,
  rowsOf,
  type FeatureCache,
  type FeatureRequest,
  type FeatureRows,
} from "./feature-cache.ts";
export { createFeatureStore, type FeatureStorage, type FeatureStore, type FeatureStoreSize } from "./feature-store.ts";
export {
  frozenPrefixLength,
  hasAdapters,
  parameterLayers,
  trainAll,
  trainAllFrom,
  trainEverything,
  trainLast,
  trainOnly,
  trainsInPlan,
  updatesInPlan,
  type FreezePlan,
  type LayerPlan,
} from "./freeze-plan.ts";
export { heatMapBytes, type HeatMapBytes } from "./heat-maps/heat-map-bytes.ts";
export { openHeatMaps, type HeatMap, type HeatMaps } from "./heat-maps/open-heat-maps.ts";
export { pca, type PrincipalComponents } from "./maps/pca.ts";
export { tsne, type TsneOptions } from "./maps/tsne.ts";
export {
  proveFreeze,
  requireFreeze,
  type FreezeProof,
  type ProofTensor,
  type TrainableTensor,
} from "./freeze-proof.ts";
export { hScore } from "./scores/h-score.ts";
export type { LabelledFeatures, SourceAnswers } from "./scores/labelled-rows.ts";
export { leep } from "./scores/leep.ts";
export { logme } from "./scores/logme.ts";
export { nce } from "./scores/nce.ts";
export { startingParameters } from "./starting-parameters.ts";
export { placeStages, updateRules, type PlacedStage, type PlaceStagesOptions } from "./stages.ts";
export type { StrategyFamily } from "./strategies/families/family.ts";
export { ownOptions, strategies, strategyFamilies, strategyNamed, strategyWith } from "./strategies/table.ts";
export type { HeadSolver, LayerCurvePoint, OwnOptions, Pulls, Stage, Strategy, StrategyOptions } from "./strategy.ts";
export { trainsHeadAlone } from "./trains-head-alone.ts";
export { headScaling, type HeadScaling } from "./head-scaling.ts";
export { solveHead, type SolvedHead } from "./solve-head.ts";
export { probeCurve, type ProbeCurvePoint } from "./probe/probe-curve.ts";
export { solveProbe, type ProbeProblem, type SolvedProbe } from "./probe/solve-probe.ts";
export { kNearestHead } from "./probe/k-nearest-head.ts";
