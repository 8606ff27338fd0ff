// What the audit log tells of one entity.
import { useQuery } from "@tanstack/react-query"
import { query, request } from "./http.ts"

export interface Audit {
  identifier: string
  action: "CREATE" | "UPDATE" | "DELETE"
  status: "SUCCESS" | "FAILURE"
  message?: string
  trigger: { by?: { userId?: string }; origin?: string; at: string }
  context?: { installationId?: string; webhookId?: string }
  diff: { before: unknown; after: unknown }
  additionalData?: { userAgent?: string }
}

/** The newest first. */
export function useHistory(blueprint: string, entity: string) {
  return useQuery({
    queryKey: ["entities", blueprint, "history", entity],
    queryFn: async ({ signal }) => {
      const wanted = query({ blueprint, entity, resources: "entity", limit: 50 })
      const { audits } = await request<{ audits: Audit[] }>(`/v1/audit-log${wanted}`, { signal })
      return audits
    },
  })
}
