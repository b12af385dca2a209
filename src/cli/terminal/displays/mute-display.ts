/** @file Shows nothing: for processes that work for another one, which shows the study. */

import type { Display } from "./display.ts";

const nothing = (): void => {};

/** What is told is dropped. */
export const muteDisplay: Display = {
  listener: nothing,
  notice: nothing,
  download: nothing,
  downloadEnded: nothing,
  reading: nothing,
  ended: nothing,
  close: nothing,
};
