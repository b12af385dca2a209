/** @file A short MobileNetV2, with depthwise convolutions, ReLU6 and dropout, trains as PyTorch's does. */

import { shortMobileNet } from "./golden-networks.ts";
import { testTrajectory } from "./golden-trajectory.ts";

testTrajectory("mobilenet", {
  network: shortMobileNet,
  // velocity = momentum * 0 + gradient
  firstGradient: { slot: "velocity", factor: 1 },
  deviceSteps: 3,
});
