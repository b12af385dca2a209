/** @file A short MobileNetV2, with depthwise convolutions, ReLU6 and dropout, trains as PyTorch's does. */

import { shortMobileNet } from "./golden-networks.ts";
import { testTrajectory } from "./golden-trajectory.ts";

testTrajectory("mobilenet", {
  network: shortMobileNet,
  // velocity = momentum * 0 + gradient
  firstGradient: (trainer, parameter) => Float32Array.from(trainer.slots()[`slot/velocity/${parameter}`].data),
});
