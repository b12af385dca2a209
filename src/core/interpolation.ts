/** @file How pixels between pixels are found when an image gets another size. */

/** Both with antialiasing where an image shrinks, as Pillow has them: bicubic is Keys' kernel with a = -0.5. */
export const interpolations = ["bilinear", "bicubic"] as const;

export type Interpolation = (typeof interpolations)[number];
