import { describe, expect, it } from "vitest";
import type { LearningOutcome } from "../learning-outcome.ts";
import { majorityOutcome, splitCandidates } from "./candidates.ts";

function split(...outcomes: (LearningOutcome | undefined)[]) {
  const names = "abcdef";
  const { ranked, leftOut, unfinished } = splitCandidates(
    outcomes.map((outcome, index) => ({ name: names[index], outcome })),
  );
  const joined = (some: { name: string }[]): string => some.map(({ name }) => name).join("");
  return { ranked: joined(ranked), leftOut: joined(leftOut), unfinished };
}

describe("splitCandidates", () => {
  it("ranks all that were not judged, and all that converged", () => {
    expect(split(undefined, "converged")).toEqual({ ranked: "ab", leftOut: "", unfinished: false });
  });

  it("never ranks what did not learn", () => {
    expect(split("did-not-learn", undefined)).toEqual({ ranked: "b", leftOut: "a", unfinished: false });
    expect(split("did-not-learn", "did-not-learn")).toEqual({ ranked: "", leftOut: "ab", unfinished: false });
  });

  it("ranks what was still improving only where everything that learned was", () => {
    expect(split("still-improving", "converged", "did-not-learn")).toEqual({
      ranked: "b",
      leftOut: "ac",
      unfinished: false,
    });
    expect(split("still-improving", "did-not-learn", "still-improving")).toEqual({
      ranked: "ac",
      leftOut: "b",
      unfinished: true,
    });
  });

  it("has nothing unfinished where there is nothing", () => {
    expect(split()).toEqual({ ranked: "", leftOut: "", unfinished: false });
  });
});

describe("majorityOutcome", () => {
  it("is what more than half of the seeds came to", () => {
    expect(majorityOutcome(["did-not-learn", "did-not-learn", "converged"])).toBe("did-not-learn");
    expect(majorityOutcome(["still-improving", "still-improving", "converged"])).toBe("still-improving");
    expect(majorityOutcome(["did-not-learn", "converged", "converged"])).toBe("converged");
    expect(majorityOutcome(["did-not-learn", "converged"])).toBe("converged");
  });

  it("is still improving where more than half fell short in one way or the other", () => {
    expect(majorityOutcome(["did-not-learn", "still-improving", "converged"])).toBe("still-improving");
  });

  it("is converged where nothing was judged", () => {
    expect(majorityOutcome([undefined, undefined])).toBe("converged");
    expect(majorityOutcome([])).toBe("converged");
  });
});
