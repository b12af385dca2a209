/** @file From a training configuration to an optimizer and a schedule. */

import {
  type Optimizer,
  type Schedule,
  adam,
  adamW,
  constant,
  cosine,
  oneCycle,
  sgd,
  stepDecay,
  warmUp,
} from "../../engine/nn/index.ts";
import type { TrainingConfig } from "../file/training-schema.ts";

export function optimizerOf({ optimizer }: TrainingConfig): Optimizer {
  switch (optimizer.name) {
    case "sgd":
      return sgd(optimizer);
    case "adam":
      return adam(optimizer);
    case "adamw":
      return adamW(optimizer);
  }
}

export function scheduleOf({ learningRate, schedule, warmUp: fraction }: TrainingConfig): Schedule {
  const base = baseSchedule(learningRate, schedule);
  return fraction > 0 ? warmUp(base, { fraction }) : base;
}

function baseSchedule(learningRate: number, schedule: TrainingConfig["schedule"]): Schedule {
  switch (schedule.name) {
    case "constant":
      return constant(learningRate);
    case "step":
      return stepDecay(learningRate, schedule);
    case "cosine":
      return cosine(learningRate);
    case "one-cycle":
      return oneCycle(learningRate, schedule);
  }
}
