/** @file ResNet-20 of the zoo trains as PyTorch's does. */

import { resNet20 } from "./golden-networks.ts";
import { testTrajectory } from "./golden-trajectory.ts";

testTrajectory("resnet-20", {
  network: resNet20,
  // velocity = momentum * 0 + gradient
  firstGradient: { slot: "velocity", factor: 1 },
  deviceSteps: 4,
});
