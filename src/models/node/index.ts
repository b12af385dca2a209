/** @file Door of `models` on Node: all of it, and the files of pretrained networks and those beside a model. */

export * from "../index.ts";
export { besideModel } from "./beside-model.ts";
export { fetchFromHub } from "./fetch-from-hub.ts";
export { namesHubFile } from "./hub-listing.ts";
export { fetchPretrained, type FetchPretrainedOptions } from "./fetch-pretrained.ts";
export { locatePretrained, placingByHand, type FoundModel, type ModelPlaces } from "./locate.ts";
export {
  isPretrainedName,
  namesNetwork,
  openPretrained,
  resolvePretrained,
  type ModelReference,
  type OpenedModel,
  type OpenPretrainedOptions,
} from "./open-pretrained.ts";
