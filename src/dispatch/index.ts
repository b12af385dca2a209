/** @file Door of `dispatch`: who trains which run of a study where. */

export { fitMemory, shareCores } from "./choose-jobs.ts";
export { localCrew, type LocalCrewOptions } from "./local/local-crew.ts";
export { type JobBodyOptions, jobBody } from "./postgres/job-body.ts";
export { type QueueWorkerOptions, workOnQueues } from "./postgres/queue-worker.ts";
export { requireQueues } from "./postgres/queue.ts";
export { type QueuedStudy, submitToPostgres } from "./postgres/submit-to-postgres.ts";
export { type WithdrawnStudy, withdrawFromPostgres } from "./postgres/withdraw-from-postgres.ts";
export { serveUnits, type ServeOptions } from "./serve-units.ts";
export { submitToSlurm, type Submission, type SubmitOptions } from "./slurm/submit-to-slurm.ts";
export { type SlurmRequest } from "./slurm/slurm.ts";
export { workOnUnits, type WorkOptions } from "./work-on-units.ts";
