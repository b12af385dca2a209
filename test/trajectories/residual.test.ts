/** @file A residual network, with batch normalization and Adam, trains as PyTorch's does. */

import { residualNetwork } from "./golden-networks.ts";
import { testTrajectory } from "./golden-trajectory.ts";

const BETA1 = 0.9;

testTrajectory("residual", {
  network: residualNetwork,
  // mean = beta1 * 0 + (1 - beta1) * gradient
  firstGradient: { slot: "mean", factor: 1 / (1 - BETA1) },
  deviceSteps: 10,
});
