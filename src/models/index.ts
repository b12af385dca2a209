/** @file Door of `models`. */

export { cifarResNet, type CifarResNetOptions } from "./cifar-resnet.ts";
export { classicCnn } from "./classic-cnn.ts";
export { mlp } from "./mlp.ts";
export { mobileNetV2, type MobileNetStage, type MobileNetV2Options } from "./mobilenet-v2.ts";
export { architectures, zoo, type Architecture, type ArchitectureName, type ZooEntry } from "./zoo.ts";
