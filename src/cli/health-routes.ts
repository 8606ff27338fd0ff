// Whether the process lives and is ready, as the original's probes ask it.
import { Hono } from "hono"
import type { Operation } from "../common/operation.ts"

export interface Health {
  /** Why the process is not ready; undefined once it is. */
  notReady: string | undefined
  /** What it needs of its own to work, its database above all: why that fails, or undefined. Port is no part of it. */
  ability?: () => Promise<string | undefined>
}

const healthy = { text: "It does." }

export const healthOperations: readonly Operation[] = [
  {
    method: "get",
    path: "/health/live",
    summary: "Whether the process lives.",
    answers: { 200: healthy },
  },
  {
    method: "get",
    path: "/health/ready",
    summary: "Whether it has started, and can do its own part of the work. Port's state does not count.",
    answers: { 200: { text: "It can." }, 503: { text: "Not yet, or no longer; `reason` says why." } },
  },
  {
    method: "get",
    path: "/isHealthy",
    summary: "The same as /health/live, by the name that older versions of the original had.",
    answers: { 200: healthy },
  },
]

export function healthRoutes(health: Health, version: string): Hono {
  const app = new Hono()
  const answer = (status: string, check: string) => ({ status, check, core_version: version })
  app.get("/health/live", (context) => context.json(answer("healthy", "live")))
  app.get("/health/ready", async (context) => {
    const reason = health.notReady ?? (await health.ability?.())
    if (reason === undefined) return context.json(answer("healthy", "ready"))
    return context.json({ ...answer("not_ready", "ready"), reason }, 503)
  })
  app.get("/isHealthy", (context) => context.json(answer("healthy", "live")))
  return app
}
