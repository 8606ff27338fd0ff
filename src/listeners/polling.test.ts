import { describe, expect, it } from "vitest"
import { silentLogger } from "../common/logger.ts"
import type { IntegrationsApi } from "../port/integrations-api.ts"
import type { Trigger } from "../resync/run-record.ts"
import { pollForResyncs } from "./polling.ts"

type Api = Pick<IntegrationsApi, "get" | "resyncRequest">
const at = (minute: number) => new Date(Date.UTC(2026, 10, 20, 10, minute))

/** Polls once per answer, then stops; time does not pass. */
async function poll(
  answers: Api["resyncRequest"][],
  options: { resyncOnStart: boolean; get?: Api["get"] },
): Promise<Trigger[]> {
  const triggers: Trigger[] = []
  const stop = new AbortController()
  let asked = 0
  await pollForResyncs(
    {
      integration: {
        resyncRequest: async () => answers[asked++]?.(),
        get: options.get ?? (async () => undefined),
      },
      onTrigger: (trigger) => triggers.push(trigger),
      intervalMs: 60_000,
      resyncOnStart: options.resyncOnStart,
      log: silentLogger,
      clock: {
        now: () => at(0).getTime(),
        sleep: async () => {
          if (asked >= answers.length) stop.abort()
        },
      },
    },
    stop.signal,
  )
  return triggers
}

describe("polling", () => {
  it("resyncs at the start, and not again for a request that stood there before", async () => {
    expect(
      await poll([async () => at(1), async () => at(1), async () => at(1)], { resyncOnStart: true }),
    ).toEqual(["start"])
  })

  it("resyncs once for each newer request", async () => {
    const answers = [async () => undefined, async () => at(1), async () => at(1), async () => at(2)]
    expect(await poll(answers, { resyncOnStart: false })).toEqual(["request", "request"])
  })

  it("goes on when a question fails", async () => {
    const answers = [
      async () => at(1),
      async () => {
        throw new Error("Port is down")
      },
      async () => at(3),
    ]
    expect(await poll(answers, { resyncOnStart: false })).toEqual(["request"])
  })

  it("sees a changed record where the catalog knows no requests, but not our own writes of the resync state", async () => {
    const record = (updatedAt: Date, own?: Date) => ({
      updatedAt: updatedAt.toISOString(),
      resyncState: own ? { updatedAt: own.toISOString() } : null,
    })
    const records = [record(at(1)), record(at(2), at(2)), record(at(3), at(2))]
    let asked = 0
    const unsupported = async () => "unsupported" as const
    const triggers = await poll([unsupported, unsupported, unsupported], {
      resyncOnStart: false,
      get: async () => records[asked++],
    })
    expect(triggers).toEqual(["request"])
  })
})
