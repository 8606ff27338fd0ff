// The KAFKA listener against a real broker: from a message on Port's topic to a resync that is through.
import { randomUUID } from "node:crypto"
import { describe, expect, it, onTestFinished, vi } from "vitest"
import { startKafka } from "../../scripts/test-kafka.ts"
import { silentLogger } from "../../src/common/logger.ts"
import { systemClock } from "../../src/common/sleep.ts"
import { type KafkaDeps, listenToKafka } from "../../src/listeners/kafka.ts"
import type { Trigger } from "../../src/resync/run-record.ts"
import { type RunningCatalog, startCatalog } from "../support/catalog.ts"
import { at } from "../support/engines.ts"
import { type Program, startProgram } from "../support/in-process-program.ts"
import { createTopic, type KafkaAddresses, type KafkaTopic, kafka, kafkaJars } from "../support/kafka.ts"
import { type PortProxy, startPortProxy } from "../support/port-proxy.ts"
import { useSimulator } from "../support/simulator.ts"

const requestsFlag = "OCEAN_KAFKA_INTEGRATION_RESYNC_REQUESTS_TOPIC_ENABLED"
const request = { context: { integrationId: "my-sentry" } }
/** Brokers and clients take their time on a busy machine. */
const patience = { timeout: 30_000, interval: 100 }

interface Scene {
  catalog: RunningCatalog
  port: PortProxy
  topic: KafkaTopic
  group: string
  start(environment?: Record<string, string>): Promise<Program>
}

/** A catalog that gives this broker's credentials, the organization's topic, and a Sentry to read. */
async function setScene(broker: KafkaAddresses, topicName: "requests" | "changes"): Promise<Scene> {
  const { username, password } = broker
  const featureFlags = topicName === "requests" ? [requestsFlag] : []
  const catalog = await startCatalog({
    organization: { featureFlags, kafkaCredentials: { username, password } },
  })
  onTestFinished(() => catalog.close())
  const port = await startPortProxy(catalog.url)
  onTestFinished(() => port.close())
  const organization = String(at((await catalog.request("GET", "/v1/organization")).body, "organization.id"))
  const topic = await createTopic(
    broker.plain,
    `${organization}.${topicName === "requests" ? "integration.resync.requests" : "change.log"}`,
  )
  const sentry = await useSimulator()
  const { clientId, clientSecret } = catalog
  return {
    catalog,
    port,
    topic,
    group: `${organization}.sentry.my-sentry`,
    start: (environment = {}) =>
      startProgram({
        port: { url: port.url, clientId, clientSecret },
        sentry,
        environment: {
          OCEAN__EVENT_LISTENER: JSON.stringify({
            type: "KAFKA",
            brokers: broker.sasl,
            securityProtocol: "SASL_PLAINTEXT",
          }),
          ...environment,
        },
      }),
  }
}

/** What was reported to Port as the state of resyncs. */
function statesSent(port: PortProxy): unknown[] {
  return port.sentTo("PATCH", /resync-state$/).map(({ body }) => at(body, "status"))
}

async function listening(program: Program): Promise<void> {
  await vi.waitFor(() => {
    expect(program.log.map(({ msg }) => msg)).toContain("Listening to Kafka")
  }, patience)
}

async function runsOf(program: Program, count: number): Promise<void> {
  await vi.waitFor(() => expect(program.runs).toHaveLength(count), patience)
}

describe.skipIf(!kafka)(
  "KAFKA, which needs a broker (npm run test:tools gets one)",
  { timeout: 120_000 },
  () => {
    // Within this block there is a broker.
    const broker = kafka as KafkaAddresses

    it("signs in by SCRAM over TLS with an authority of the user's own, and resyncs when a request names us", async () => {
      const { topic, catalog, start, group } = await setScene(broker, "requests")
      const program = await start({
        OCEAN__EVENT_LISTENER: JSON.stringify({ type: "KAFKA", brokers: broker.tls }),
        SSL_CERT_FILE: broker.certificateFile,
      })
      await listening(program)
      await runsOf(program, 1)
      await topic.send({ context: { integrationId: "another" } }, request)
      await runsOf(program, 2)
      expect(program.runs.map(({ trigger, status }) => [trigger, status])).toEqual([
        ["start", "completed"],
        ["request", "completed"],
      ])
      await vi.waitFor(async () => expect(await topic.committed(group)).toBe(2), patience)
      const { body } = await catalog.request("GET", "/v1/integration/my-sentry")
      expect(at(body, "integration.changelogDestination")).toEqual({ type: "KAFKA" })
    })

    it("does not resync at a start when Port knows of a resync already", async () => {
      const { topic, start } = await setScene(broker, "requests")
      const first = await start()
      await runsOf(first, 1)
      await first.stop()
      const second = await start()
      await listening(second)
      await topic.send(request)
      await runsOf(second, 1)
      expect(second.runs[0]?.trigger).toBe("request")
    })

    it("hears of a changed mapping on the change log, and passes over all else that is there", async () => {
      const { topic, start, group } = await setScene(broker, "changes")
      const program = await start()
      await runsOf(program, 1)
      const after = { identifier: "my-sentry", updatedAt: "2026-11-20T10:00:01Z", resyncState: null }
      const changelogDestination = { type: "KAFKA" }
      await topic.send(
        "no JSON {",
        "[1]",
        { diff: { after: null }, changelogDestination },
        { diff: { after: { ...after, identifier: "another" } }, changelogDestination },
        { diff: { after: { ...after, resyncState: { updatedAt: after.updatedAt } } }, changelogDestination },
        { diff: { after }, changelogDestination: { type: "WEBHOOK" } },
        { action: "UPDATE", context: { integrationId: "my-sentry" } },
      )
      await vi.waitFor(async () => expect(await topic.committed(group)).toBe(7), patience)
      expect(program.runs).toHaveLength(1)
      expect(program.log.filter(({ msg }) => String(msg).includes("no JSON object"))).toHaveLength(2)

      await topic.send({ diff: { after }, changelogDestination })
      await runsOf(program, 2)
      await topic.send({ action: "RESYNC", context: { integrationId: "my-sentry" } })
      await runsOf(program, 3)
    })

    it("commits a request only when its resync is through; one that SIGTERM cut short comes again", async () => {
      const { topic, port, start, group } = await setScene(broker, "requests")
      const first = await start()
      await runsOf(first, 1)
      const isHeld = holdWrites(port)
      await topic.send({ context: { integrationId: "another" } }, request)
      await vi.waitFor(() => expect(isHeld()).toBe(true), patience)
      await vi.waitFor(async () => expect(await topic.committed(group)).toBe(1), patience)
      await first.stop()
      expect(first.runs[1]?.status).toBe("aborted")
      expect(statesSent(port).at(-1)).toBe("aborted")
      expect(await topic.committed(group)).toBe(1)

      port.intercept = undefined
      const second = await start()
      await runsOf(second, 1)
      expect(second.runs[0]).toMatchObject({ trigger: "request", status: "completed" })
      await vi.waitFor(async () => expect(await topic.committed(group)).toBe(2), patience)
    })

    it("lets a newer request replace a running resync, which is reported as aborted before the new one starts", async () => {
      const { topic, port, start, group } = await setScene(broker, "requests")
      const program = await start()
      await runsOf(program, 1)
      const isHeld = holdWrites(port)
      await topic.send(request)
      await vi.waitFor(() => expect(isHeld()).toBe(true), patience)
      port.intercept = undefined
      await topic.send(request)
      await runsOf(program, 3)
      expect(program.runs.map(({ status }) => status)).toEqual(["completed", "aborted", "completed"])
      expect(statesSent(port)).toEqual(["running", "completed", "running", "aborted", "running", "completed"])
      await vi.waitFor(async () => expect(await topic.committed(group)).toBe(2), patience)
    })

    it("ends with one sentence when another instance of the same identifier listens already, which goes on", async () => {
      const { topic, start } = await setScene(broker, "requests")
      const first = await start()
      await runsOf(first, 1)
      const second = await start()
      await second.ended
      expect(second.log.filter(({ level }) => level === "error").map(({ msg }) => msg)).toEqual([
        'Another instance of the integration "my-sentry" listens already, so this one ends. Give it an identifier of its own, or stop the other',
      ])
      expect(second.runs).toEqual([])
      await topic.send(request)
      await runsOf(first, 2)
    })

    it("does not start where Port has no Kafka for the organization", async () => {
      const catalog = await startCatalog()
      onTestFinished(() => catalog.close())
      const sentry = await useSimulator()
      const program = await startProgram({
        port: catalog,
        sentry,
        environment: { OCEAN__EVENT_LISTENER: '{"type":"KAFKA"}' },
      })
      await expect(program.ended).rejects.toMatchObject({ code: "no_kafka" })
    })

    it("needs no credentials where the broker is open", async () => {
      const { deps, topic, triggers } = await listenAlone(broker, { sessionMs: 6_000 })
      const { organization } = deps.port
      const settings = { ...deps.settings, brokers: [broker.plain], kafkaSecurityEnabled: false }
      const port = {
        ...deps.port,
        organization: {
          ...organization,
          kafkaCredentials: () => Promise.reject(new Error("nobody asks for them")),
        },
      }
      const stop = new AbortController()
      const ended = listenToKafka({ ...deps, settings, port }, stop.signal)
      await vi.waitFor(async () => expect(await topic.members("no-security")).toHaveLength(1), patience)
      await topic.send(request)
      await vi.waitFor(() => expect(triggers).toHaveLength(1), patience)
      stop.abort()
      await ended
    })

    it("keeps its place in the group while a resync runs longer than a member may be silent", async () => {
      const { deps, topic, group, triggers } = await listenAlone(broker, { sessionMs: 1_500 })
      const stop = new AbortController()
      const ended = listenToKafka(deps, stop.signal)
      await vi.waitFor(async () => expect(await topic.members(group)).toHaveLength(1), patience)
      const before = await topic.members(group)
      await topic.send(request)
      await vi.waitFor(() => expect(triggers).toHaveLength(1), patience)
      await systemClock.sleep(6_000) // four times what the group waits for a sign of life
      expect(await topic.members(group)).toEqual(before)
      expect(await topic.committed(group)).toBe(0)
      triggers[0]?.settle("answered")
      await vi.waitFor(async () => expect(await topic.committed(group)).toBe(1), patience)
      expect(triggers).toHaveLength(1)
      stop.abort()
      await ended
      expect(await topic.members(group)).toEqual([])
    })

    it("goes on when the broker was away: no request is lost, and the one under way is not taken for a new one", async () => {
      const own = await startKafka(String(kafkaJars))
      onTestFinished(() => own.stop())
      const { deps, topic, group, triggers } = await listenAlone(own, { sessionMs: 6_000 })
      const stop = new AbortController()
      const ended = listenToKafka(deps, stop.signal)
      await vi.waitFor(async () => expect(await topic.members(group)).toHaveLength(1), patience)
      await topic.send(request)
      await vi.waitFor(() => expect(triggers).toHaveLength(1), patience)
      await own.halt()
      await systemClock.sleep(8_000) // long enough that all attempts of the client itself have failed
      await own.resume()
      await topic.send({ context: { integrationId: "another" } }, request)
      await vi.waitFor(() => expect(triggers).toHaveLength(2), { ...patience, timeout: 60_000 })
      triggers[0]?.settle("answered")
      triggers[1]?.settle("answered")
      await vi.waitFor(async () => expect(await topic.committed(group)).toBe(3), patience)
      expect(triggers).toHaveLength(2)
      stop.abort()
      await ended
    })

    it("says what is wrong with the connection, tries again, and ends at once when it is told to", async () => {
      const { deps } = await listenAlone({ ...broker, password: "wrong" }, { sessionMs: 6_000 })
      const warnings: unknown[] = []
      const log = {
        ...silentLogger,
        warn: (data: unknown) => warnings.push(data),
      } as unknown as KafkaDeps["log"]
      const stop = new AbortController()
      const ended = listenToKafka({ ...deps, log }, stop.signal)
      await vi.waitFor(() => expect(warnings.length).toBeGreaterThan(0), { ...patience, timeout: 60_000 })
      expect(warnings[0]).toMatchObject({ error: expect.stringContaining("SASL authentication failed") })
      stop.abort()
      await ended
    })
  },
)

/** The listener alone, with resyncs that end when the test says so. */
async function listenAlone(broker: KafkaAddresses, { sessionMs }: { sessionMs: number }) {
  const organization = `org_${randomUUID().slice(0, 8)}`
  const topic = await createTopic(broker.plain, `${organization}.integration.resync.requests`)
  const triggers: { trigger: Trigger; settle(answer: "answered" | "unanswered"): void }[] = []
  const { username, password } = broker
  const deps: KafkaDeps = {
    settings: {
      brokers: [broker.sasl],
      securityProtocol: "SASL_PLAINTEXT",
      authenticationMechanism: "SCRAM-SHA-512",
      kafkaSecurityEnabled: true,
      consumerPollTimeout: 1,
    },
    port: {
      // Only what the listener asks of Port, which other tests ask of the catalog.
      organization: {
        get: async () => ({ id: organization, featureFlags: [requestsFlag] }),
        kafkaCredentials: async () => ({ username, password }),
      },
      integration: {
        get: async () => ({ resyncState: { status: "completed" } }),
        resyncRequest: async () => undefined,
      },
    },
    integration: { type: "sentry", identifier: "my-sentry" },
    onTrigger: (trigger) => new Promise((settle) => triggers.push({ trigger, settle })),
    tls: { verify: true, certificates: () => [] },
    log: silentLogger,
    clock: systemClock,
    sessionMs,
  }
  return { deps, topic, group: `${organization}.sentry.my-sentry`, triggers }
}

/** Holds back what a resync writes or searches, so that it stays under way; tells whether one is held. */
function holdWrites(port: PortProxy): () => boolean {
  let isHeld = false
  port.intercept = async ({ path }) => {
    if (!/\/entities|\/datasource/.test(path)) return undefined
    isHeld = true
    return await new Promise<never>(() => undefined)
  }
  return () => isHeld
}
