// Several processes of one installation on one PostgreSQL, between a simulated Sentry and a catalog that stands for Port.
import { onTestFinished } from "vitest"
import type { JsonObject } from "../../src/common/json.ts"
import { systemClock } from "../../src/common/sleep.ts"
import { createTestSchema } from "./engines.ts"
import { type LiveProgram, type LivePrograms, useLivePrograms } from "./live-program.ts"

export interface Replicas extends LivePrograms {
  /** One more process in a role; its name stands before each of its log lines where a test fails. */
  startAs(role: string, more?: Record<string, string>): Promise<LiveProgram>
  /** All entities of a blueprint, by identifier: what a fresh run would have to make. */
  contents(blueprint: string): Promise<Map<string, JsonObject>>
}

/** Lives until the end of the test. */
export async function useReplicas(server: string): Promise<Replicas> {
  const schema = await createTestSchema(server)
  onTestFinished(() => schema.drop())
  const programs = await useLivePrograms({ databaseUrl: schema.url })
  return {
    ...programs,
    startAs: (role, more = {}) =>
      programs.start({
        env: {
          OCEAN__ROLE: role,
          OCEAN__RESYNC_LEASE: "2s",
          OCEAN__RESYNC_TOKEN: "resync-me-please",
          OCEAN__EVENT_LISTENER: '{"type":"POLLING","resyncOnStart":false,"interval":3600}',
          OCEAN__LIVE_EVENTS__LEASE: "2s",
          ...more,
        },
      }),
    async contents(blueprint) {
      const { body } = await programs.catalog.request("GET", `/v1/blueprints/${blueprint}/entities`)
      const { entities } = body as { entities: JsonObject[] } // the catalog's own answer
      return new Map(
        entities.map(({ identifier, title, properties, relations }) => [
          String(identifier),
          { title: title ?? null, properties: properties ?? null, relations: relations ?? null },
        ]),
      )
    },
  }
}

/** Where the catalog shows when its resyncs began and ended, in their order. */
export function statesIn({ port }: Replicas): string[] {
  return port
    .sentTo("PATCH", /resync-state/)
    .map(({ body }) => String((body as { status?: unknown }).status))
    .filter((status) => status !== "undefined")
}

/** Of whichever process. */
export async function askForResync({ url }: LiveProgram): Promise<number> {
  const answer = await fetch(`${url}/resync`, {
    method: "POST",
    headers: { authorization: "Bearer resync-me-please" },
  })
  return answer.status
}

export async function until(isSo: () => Promise<boolean> | boolean, what: string): Promise<void> {
  for (let tries = 0; tries < 1_200; tries++) {
    if (await isSo()) return
    await systemClock.sleep(50)
  }
  throw new Error(`it never came to that: ${what}`)
}
