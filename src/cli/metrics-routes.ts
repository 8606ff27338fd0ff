// What is measured, for Prometheus.
import { Hono } from "hono"
import type { Metrics } from "../common/metrics.ts"
import type { Operation } from "../common/operation.ts"

export const metricsOperations: readonly Operation[] = [
  {
    method: "get",
    path: "/metrics",
    summary: "What is measured, as text for Prometheus; as OpenMetrics where the Accept header asks for it.",
    answers: { 200: { text: "The series.", type: "text/plain" } },
  },
]

export function metricsRoutes(metrics: Metrics): Hono {
  const app = new Hono({ strict: false })
  for (const path of ["/metrics", "/metrics/"]) {
    app.get(path, async (context) => {
      const { contentType, text } = await metrics.page(context.req.header("accept"))
      return context.body(text, 200, { "content-type": contentType })
    })
  }
  return app
}
