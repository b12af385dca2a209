/** @file The classic network, with dropout and momentum, trains as PyTorch's does. */

import { classicNetwork } from "./golden-networks.ts";
import { testTrajectory } from "./golden-trajectory.ts";

testTrajectory("classic", {
  network: classicNetwork,
  // velocity = momentum * 0 + gradient
  firstGradient: { slot: "velocity", factor: 1 },
  deviceSteps: 2,
});
