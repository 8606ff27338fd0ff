// What the process is: where it reads, where it writes, what it can do.
import { queryOptions, useQuery } from "@tanstack/react-query"
import { request } from "./http.ts"

export interface About {
  version: string
  mode: "demo" | "embedded" | "drop-in"
  integration: { identifier: string; type: string }
  organization: string
  sentry: { host: string }
  target: { kind: "embedded" | "port"; url: string }
  /** Whether the catalog's routes are here; with the real Port they are not. */
  catalog: boolean
  receivesWebhooks: boolean
  webhookUrl: string | null
  resyncs: boolean
  resyncRefusal: string | null
  schedule: { everyMinutes: number | null }
}

/** Whether the catalog's routes are here; false while that is not known. */
export function useHasCatalog(): boolean {
  return useAbout().data?.catalog === true
}

export function useAbout() {
  return useQuery(aboutQuery)
}

export const aboutQuery = queryOptions({
  queryKey: ["about"],
  queryFn: ({ signal }) => request<About>("/integration/about", { signal }),
  staleTime: Number.POSITIVE_INFINITY,
})
