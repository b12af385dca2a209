/** @file Parts of a study's records by name. */

import type { RunRecord, StudySummary } from "../../study/index.ts";

/** What a finished model says of every test image, condensed. */
export type EvaluationRecord = NonNullable<RunRecord["evaluation"]>;

/** A guess at how well the source's features will serve the target. */
export type TransferabilityRecord = StudySummary["transferability"][number];

/** Images as points in the plane. */
export type FeatureMapRecord = StudySummary["featureMaps"][number];
