// Live events between a small world's Sentry and its catalog: the routes over real HTTP, the log in the catalog's database.
import { createHmac, randomUUID } from "node:crypto"
import { once } from "node:events"
import type { AddressInfo } from "node:net"
import { createAdaptorServer } from "@hono/node-server"
import { onTestFinished } from "vitest"
import type { JsonObject } from "../../src/common/json.ts"
import { silentLogger } from "../../src/common/logger.ts"
import { systemClock } from "../../src/common/sleep.ts"
import { createEffects } from "../../src/live-events/effects.ts"
import { type EventLog, openEventLog } from "../../src/live-events/event-log.ts"
import { createLiveEvents, type LiveEventsOptions } from "../../src/live-events/live-events.ts"
import { createMappingCache } from "../../src/live-events/mapping-cache.ts"
import { sentryWebhooks } from "../../src/sentry/webhooks/protocol.ts"
import type { SmallWorld } from "./small-world.ts"

export const secret = "a-webhook-secret"

export interface LiveWorld {
  url: string
  log: EventLog
  /** Sends a delivery as Sentry would; the signature is right unless said otherwise. */
  deliver(resource: string, body: JsonObject | string, headers?: Record<string, string>): Promise<Response>
  /** Resolves when no event waits or is worked on; throws after some seconds. */
  settled(): Promise<void>
  stop(): Promise<void>
}

export async function useLiveEvents(
  world: SmallWorld,
  options: Partial<LiveEventsOptions> & {
    secrets?: readonly string[]
    working?: boolean
    /** For worlds whose Sentry lives in another time. */
    toleranceMs?: number
    /** How long the list of projects may be used again. Default: never. */
    shareRunMs?: number
  } = {},
): Promise<LiveWorld> {
  const { deps } = world
  const log = await openEventLog(world.catalog.database, "my-sentry", systemClock)
  const selectors = new Map(deps.kinds.map((kind) => [kind.name, kind.selector]))
  const effects = createEffects({
    ...deps,
    clock: systemClock,
    mapping: createMappingCache({
      integration: deps.port.integration,
      jq: deps.jq,
      selectors,
      ttlMs: 0,
      clock: systemClock,
    }),
    shareRunMs: options.shareRunMs ?? 0,
  })
  const live = createLiveEvents({
    log,
    protocol: sentryWebhooks({
      secrets: options.secrets ?? [secret],
      toleranceMs: options.toleranceMs ?? 600_000,
    }),
    options: {
      paths: ["/integration/webhook", "/ingress"],
      maxBytes: 2_000_000,
      mostWaiting: 100_000,
      workers: 2,
      groupSize: 100,
      gatherMs: 50,
      timeoutMs: 20_000,
      leaseMs: 10_000,
      mostTries: 3,
      unsignedPerMinute: 60,
      keepDoneMs: 86_400_000,
      keepDeadMs: 86_400_000,
      ...options,
    },
    logger: silentLogger,
    clock: systemClock,
  })
  const server = createAdaptorServer({ fetch: live.routes.fetch })
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const end = new AbortController()
  const working = options.working === false ? undefined : live.work(effects, end.signal)
  const stop = async () => {
    end.abort()
    await working
    server.close()
  }
  onTestFinished(stop)
  return {
    url,
    log,
    stop,
    deliver(resource, body, headers) {
      const text = typeof body === "string" ? body : JSON.stringify(body)
      return fetch(`${url}/integration/webhook`, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          "request-id": randomUUID().replaceAll("-", ""),
          "sentry-hook-resource": resource,
          "sentry-hook-timestamp": String(Math.floor(Date.now() / 1_000)),
          "sentry-hook-signature": createHmac("sha256", secret).update(text).digest("hex"),
          ...headers,
        },
        body: text,
      })
    },
    async settled() {
      for (let tries = 0; tries < 1_200; tries++) {
        const { waiting, working: busy } = await log.depth()
        if (waiting + busy === 0) return
        await systemClock.sleep(20)
      }
      throw new Error(`events still wait: ${JSON.stringify(await log.list({ limit: 5 }))}`)
    },
  }
}

/** The body of an issue's event: nothing in it but the id is believed. */
export function issueBody(action: string, id: string, more: JsonObject = {}): JsonObject {
  return {
    action,
    installation: { uuid: "7a485448-a9e2-4c85-8a3c-4f44175783c9" },
    data: { issue: { id, title: "as it was", status: "unresolved", permalink: null, ...more } },
    actor: { type: "application", id: "sentry", name: "Sentry" },
  }
}
