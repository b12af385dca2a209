/** @file The classic network, with dropout and momentum, trains as PyTorch's does. */

import { classicNetwork } from "./golden-networks.ts";
import { testTrajectory } from "./golden-trajectory.ts";

testTrajectory("classic", {
  network: classicNetwork,
  // velocity = momentum * 0 + gradient
  firstGradient: (trainer, parameter) => Float32Array.from(trainer.slots()[`slot/velocity/${parameter}`].data),
});
