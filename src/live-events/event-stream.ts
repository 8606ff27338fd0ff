// Kafka as the stream between those who take webhooks and those who work on them: an event is acknowledged when all of
// Kafka's replicas have it, and committed when it is in the event log, where its effect is sure.
import { isIP } from "node:net"
import { addAbortSignal } from "node:stream"
import { z } from "zod"
import { errorText } from "../common/errors.ts"
import { createGroupWrite } from "../common/group-writes.ts"
import { trustedContext } from "../common/http-dispatcher.ts"
import { parseJson } from "../common/json.ts"
import type { Logger } from "../common/logger.ts"
import type { Clock } from "../common/sleep.ts"
import { endedByErrors } from "./ended-by-errors.ts"
import type { EventLog } from "./event-log.ts"
import type { KafkaAddress } from "./kafka-address.ts"
import type { LiveEvent, NewEvent } from "./live-event.ts"
import { streamBatches } from "./stream-batches.ts"

export interface EventStream {
  /** Resolves when Kafka has them for good, or `takeLarge`. Events of one object stay in their order within Kafka. */
  append(events: readonly NewEvent[]): Promise<void>
  /** Moves what comes into the log until the signal fires. Members of the group share the topic's partitions. */
  read(to: { log: Pick<EventLog, "append">; onAppended(): void }, signal: AbortSignal): Promise<void>
  /** A copy of an event that failed for good, in the topic `<topic>.dead`; the log keeps it too. */
  dead(event: LiveEvent, outcome: string): void
  close(): Promise<void>
}

export interface EventStreamOptions {
  address: KafkaAddress
  integration: string
  /** Takes those that are too large for a message, for good. */
  takeLarge(events: readonly NewEvent[]): Promise<unknown>
  tls: { verify: boolean; certificates(): readonly string[] }
  log: Logger
  clock: Clock
}

const rowsAtOnce = 500
/** Messages that may wait to be written down; the client reads no further meanwhile. */
const mostPending = 2_000
const retryMs = 2_000

const StreamedEvent = z.object({
  requestId: z.string().optional(),
  name: z.string(),
  key: z.string(),
  trusted: z.boolean(),
  path: z.string(),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
  receivedAt: z.number(),
})

export async function openEventStream(options: EventStreamOptions): Promise<EventStream> {
  const kafka = await import("@platformatic/kafka")
  const { address, integration, takeLarge, log, clock } = options
  const connection = connectionOf(options)
  const producer = new kafka.Producer({ ...connection, clientId: `ocean-sentry.${integration}`, acks: -1 })

  async function readOnce(
    to: { log: Pick<EventLog, "append">; onAppended(): void },
    signal: AbortSignal,
  ): Promise<void> {
    const consumer = new kafka.Consumer({
      ...connection,
      clientId: `ocean-sentry.${integration}`,
      groupId: `ocean-sentry.${integration}`,
      autocommit: false,
      sessionTimeout: 10_000,
      heartbeatInterval: 3_000,
      maxWaitTime: 100,
    })
    try {
      const stream = await endedByErrors(consumer, () =>
        consumer.consume({
          topics: [address.topic],
          mode: kafka.MessagesStreamModes.COMMITTED,
          // What came before anybody read is not passed over.
          fallbackMode: kafka.MessagesStreamFallbackModes.EARLIEST,
        }),
      )
      let broken: unknown
      const write = createGroupWrite<Message>(
        async (messages) => {
          // After one that failed nothing may be committed: it would be passed over.
          if (broken !== undefined) throw broken
          await to.log.append(messages.flatMap((message) => eventIn(message, log) ?? []))
          to.onAppended()
          await consumer.commit({ offsets: positionsAfter(messages) })
        },
        { most: rowsAtOnce },
      )
      let pending = 0
      for await (const message of addAbortSignal(signal, stream)) {
        pending++
        const written = write(message)
          .catch((error: unknown) => {
            broken ??= error
            stream.destroy(error instanceof Error ? error : new Error(errorText(error)))
          })
          .finally(() => pending--)
        if (pending >= mostPending) await written
      }
    } finally {
      await consumer.close(true).catch(() => undefined) // it is left in any case
    }
  }

  return {
    async append(events) {
      const { batches, tooLarge } = streamBatches(events)
      if (tooLarge.length > 0) await takeLarge(tooLarge)
      for (const batch of batches)
        await producer.send({ messages: batch.map((message) => ({ topic: address.topic, ...message })) })
    },
    async read(to, signal) {
      while (!signal.aborted) {
        try {
          await readOnce(to, signal)
        } catch (error) {
          if (signal.aborted) return
          log.warn({ error: errorText(error) }, "The event stream could not be read; tried again")
        }
        await clock.sleep(retryMs, signal).catch(() => undefined)
      }
    },
    dead({ key, requestId, name, trusted, path, headers, body, receivedAt }, outcome) {
      const value = { requestId, name, key, trusted, path, headers, body, receivedAt, outcome }
      producer
        .send({
          messages: [
            {
              topic: `${address.topic}.dead`,
              key: Buffer.from(key),
              value: Buffer.from(JSON.stringify(value)),
            },
          ],
        })
        .catch((error: unknown) =>
          log.warn(
            { error: errorText(error) },
            "A dead letter is in the log alone: its topic did not take it",
          ),
        )
    },
    close: () => producer.close(true).catch(() => undefined),
  }
}

interface Message {
  topic: string
  partition: number
  offset: bigint
  value: Buffer | undefined
}

/** Undefined for what is no event of ours: nobody can do anything about it, and it must not hold up the others. */
function eventIn({ value, partition, offset }: Message, log: Logger): NewEvent | undefined {
  const parsed = StreamedEvent.safeParse(parseJson(value?.toString("utf8") ?? ""))
  if (parsed.success) return { ...parsed.data, requestId: parsed.data.requestId }
  log.warn(
    { partition, offset: String(offset) },
    "A message of the event stream is no event, and was passed over",
  )
  return undefined
}

function positionsAfter(messages: readonly Message[]) {
  const last = new Map(messages.map((message) => [`${message.topic} ${message.partition}`, message]))
  return [...last.values()].map(({ topic, partition, offset }) => ({
    topic,
    partition,
    offset: offset + 1n,
    leaderEpoch: -1,
  }))
}

function connectionOf({ address, tls }: EventStreamOptions) {
  const { brokers, sasl, isEncrypted } = address
  const hosts = brokers.map((broker) => broker.replace(/:\d+$/, "").replace(/^\[|\]$/g, ""))
  return {
    bootstrapBrokers: brokers,
    ...(sasl ? { sasl } : {}),
    ...(isEncrypted
      ? {
          tls: { rejectUnauthorized: tls.verify, secureContext: trustedContext(tls.certificates()) },
          // A name to be sent along with the handshake; addresses have none.
          tlsServerName: hosts.every((host) => isIP(host) === 0),
        }
      : {}),
  }
}
