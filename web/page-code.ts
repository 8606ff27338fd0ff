// The code of the pages, loaded when they are opened.

export const pageCode = {
  blueprints: () => import("./pages/blueprints.tsx"),
  entities: () => import("./pages/entities.tsx"),
  entity: () => import("./pages/entity.tsx"),
  ingestData: () => import("./pages/ingest-data.tsx"),
  ingestSentry: () => import("./pages/ingest-sentry.tsx"),
  liveEvent: () => import("./pages/live-event.tsx"),
  liveEvents: () => import("./pages/live-events.tsx"),
  mapping: () => import("./pages/mapping.tsx"),
  overview: () => import("./pages/overview.tsx"),
  run: () => import("./pages/run.tsx"),
  runs: () => import("./pages/runs.tsx"),
  webhook: () => import("./pages/webhook.tsx"),
}

const byFirstPart: Record<string, () => Promise<unknown>> = {
  "": pageCode.overview,
  blueprints: pageCode.blueprints,
  entities: pageCode.entities,
  "live-events": pageCode.liveEvents,
  mapping: pageCode.mapping,
  runs: pageCode.runs,
}

/** Of the page that an address with this first part shows, mostly. */
export async function loadPage(firstPart: string): Promise<void> {
  await byFirstPart[firstPart]?.()
}
