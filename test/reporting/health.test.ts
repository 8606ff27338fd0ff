// Readiness of the whole program: its own ability, not Port's.
import { describe, expect, it } from "vitest"
import { startRunningApp } from "../support/running-app.ts"

async function ready(url: string): Promise<{ status: number; reason: unknown }> {
  const response = await fetch(`${url}/health/ready`)
  const { reason } = (await response.json()) as { reason?: unknown } // our own answer
  return { status: response.status, reason }
}

describe("readiness", () => {
  it("comes when the start is done, and stays when Port no longer answers", async () => {
    const early = await startRunningApp({ connected: false })
    expect(await ready(early.app.server.url)).toEqual({ status: 503, reason: "starting" })

    const { app, port } = await startRunningApp()
    expect(await ready(app.server.url)).toEqual({ status: 200, reason: undefined })
    port.intercept = () => new Response("gone", { status: 502 })
    expect(await ready(app.server.url)).toEqual({ status: 200, reason: undefined })
  })
})
