// Where an entity's values came from.
import { useQuery } from "@tanstack/react-query"
import { query, request } from "./http.ts"

export interface Provenance {
  sources: {
    kind: string
    objectId: string
    part: string
    call: string | null
    url: string | null
    leftAt: string | null
  }[]
  values: {
    field: string
    expression: string
    resource: number
    kind: string
    line: number | null
    column: number | null
  }[]
  lastWrite: {
    at: string
    by: "run" | "live-event" | "other"
    runId: string | null
    eventId: string | null
    text: string
  } | null
}

export function useProvenance(blueprint: string, entity: string) {
  return useQuery({
    queryKey: ["entities", blueprint, "provenance", entity],
    queryFn: ({ signal }) =>
      request<Provenance>(`/integration/provenance${query({ blueprint, entity })}`, { signal }),
  })
}
