// All routes of the pages, as the API page shows them. A test holds this list against the routes.

import type { Operation } from "../common/operation.ts"
import { eventOperations } from "./live-events/event-routes.ts"
import { dryRunOperations } from "./mapping/dry-run-routes.ts"
import { mappingOperations } from "./mapping/mapping-routes.ts"
import { studioOperations } from "./mapping/studio-routes.ts"
import { overviewOperations } from "./overview/overview-routes.ts"
import { provenanceOperations } from "./provenance/provenance-routes.ts"
import { runOperations } from "./runs/run-routes.ts"
import { sessionOperations } from "./sign-in/session-routes.ts"
import { streamOperations } from "./stream/stream-routes.ts"

/** Paths are below `/integration`. */
export const pageOperations: readonly Operation[] = [
  ...sessionOperations,
  ...overviewOperations,
  ...runOperations,
  ...eventOperations,
  ...mappingOperations,
  ...studioOperations,
  ...dryRunOperations,
  ...provenanceOperations,
  ...streamOperations,
]
