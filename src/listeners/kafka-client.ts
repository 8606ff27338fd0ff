// The one place that knows the Kafka client: a group's share of one topic, read and committed.
import { once } from "node:events"
import { isIP } from "node:net"
import { addAbortSignal } from "node:stream"
import type { ConnectionOptions } from "node:tls"
import type { Consumer, MessagesStream } from "@platformatic/kafka"
import { errorText } from "../common/errors.ts"
import { trustedContext } from "../common/http-dispatcher.ts"
import type { Position } from "./kafka-offsets.ts"

export interface KafkaOptions {
  /** As `host:port`. */
  brokers: readonly string[]
  clientId: string
  groupId: string
  topic: string
  sasl:
    | { mechanism: "SCRAM-SHA-512" | "SCRAM-SHA-256" | "PLAIN"; username: string; password: string }
    | undefined
  /** Undefined: not encrypted. */
  tls: { verify: boolean; certificates: readonly string[] } | undefined
  /** Milliseconds that one question for messages waits. */
  pollMs: number
  /** Milliseconds after which the group gives up a member that sends no sign of life. */
  sessionMs: number
}

export interface KafkaMessage extends Position {
  timestamp: bigint
  /** UTF-8. */
  text: string
}

export interface KafkaReader {
  /** Whether this member has any share of the topic now. */
  owns(partition?: number): boolean
  /** Ends by an error when the connection is lost for good, or when the signal fires. */
  messages: AsyncIterable<KafkaMessage>
  commit(positions: readonly Position[]): Promise<void>
  close(): Promise<void>
}

/**
 * Joins the group. Where that has never committed, it begins after the last message there is, and commits that.
 * The signal ends the attempt, and later the messages.
 */
export async function openKafkaReader(options: KafkaOptions, signal: AbortSignal): Promise<KafkaReader> {
  const kafka = await import("@platformatic/kafka")
  signal.throwIfAborted()
  const consumer = new kafka.Consumer({
    clientId: options.clientId,
    groupId: options.groupId,
    bootstrapBrokers: [...options.brokers],
    ...(options.sasl ? { sasl: options.sasl } : {}),
    ...(options.tls ? tlsOptions(options.tls, options.brokers) : {}),
    // As the original's members, so that both can be in one group while one takes over from the other.
    protocols: [{ name: "cooperative-sticky", version: 1 }],
    autocommit: false,
    sessionTimeout: options.sessionMs,
    rebalanceTimeout: Math.max(60_000, options.sessionMs),
    heartbeatInterval: Math.min(3_000, Math.floor(options.sessionMs / 3)),
    // Joining a group may take as long as its members are given to come.
    requestTimeout: Math.max(60_000, options.sessionMs) + 5_000,
    maxWaitTime: options.pollMs,
    // The client multiplies attempts of a step by attempts of its steps; whoever listens tries again with longer waits.
    retryDelay: 300,
  })
  const giveUp = () => void consumer.close(true).catch(() => undefined) // what waits for it is told
  signal.addEventListener("abort", giveUp)
  let stream: AnyStream | undefined
  // A member that can no longer rejoin says so here; its stream would wait for ever.
  consumer.on("error", (error) => void stream?.destroy(error))
  try {
    stream = await consumer.consume({
      topics: [options.topic],
      mode: kafka.MessagesStreamModes.COMMITTED,
      fallbackMode: kafka.MessagesStreamFallbackModes.LATEST,
    })
    // Whoever reads the messages meets the error then; until somebody does, it is no crash.
    stream.on("error", () => undefined)
    await once(stream, "offsets", { signal })
    await commitStart(consumer, stream, options.topic)
    return reader(consumer, addAbortSignal(signal, stream), options.topic)
  } catch (error) {
    giveUp()
    throw error
  } finally {
    signal.removeEventListener("abort", giveUp)
  }
}

/** What went wrong, once: the client wraps each attempt of each of its steps in an error of its own. */
export function kafkaErrorText(error: unknown): string {
  return [...new Set(rootsOf(error).map(errorText))].join("; ")
}

function rootsOf(error: unknown): unknown[] {
  if (!(error instanceof Error)) return [error]
  const inner = error instanceof AggregateError ? error.errors : []
  const below = error.cause === undefined ? inner : [...inner, error.cause]
  return below.length === 0 ? [error] : below.flatMap(rootsOf)
}

type AnyConsumer = Consumer<Buffer, Buffer, Buffer, Buffer>
type AnyStream = MessagesStream<Buffer, Buffer, Buffer, Buffer>

function reader(consumer: AnyConsumer, stream: AnyStream, topic: string): KafkaReader {
  return {
    owns(partition) {
      const owned = partitionsOf(consumer, topic)
      return partition === undefined ? owned.length > 0 : owned.includes(partition)
    },
    messages: messagesOf(stream),
    commit: (positions) => commit(consumer, positions),
    close: () => consumer.close(true),
  }
}

async function* messagesOf(stream: AnyStream): AsyncIterable<KafkaMessage> {
  for await (const { topic, partition, offset, timestamp, value } of stream) {
    // A message without a value (a tombstone) has none to read.
    yield { topic, partition, offset, timestamp, text: value ? value.toString("utf8") : "" }
  }
}

/** Without a first commit, what arrives while a new member is away or reconnects would be passed over. */
async function commitStart(consumer: AnyConsumer, stream: AnyStream, topic: string): Promise<void> {
  const positions = partitionsOf(consumer, topic).flatMap((partition) => {
    const offset = stream.offsetsToFetch.get(`${topic}:${partition}`)
    return offset === undefined ? [] : [{ topic, partition, offset }]
  })
  if (positions.length > 0) await commit(consumer, positions)
}

async function commit(consumer: AnyConsumer, positions: readonly Position[]): Promise<void> {
  await consumer.commit({ offsets: positions.map((position) => ({ ...position, leaderEpoch: -1 })) })
}

function partitionsOf(consumer: AnyConsumer, topic: string): number[] {
  return consumer.assignments?.find((assignment) => assignment.topic === topic)?.partitions ?? []
}

function tlsOptions(
  tls: { verify: boolean; certificates: readonly string[] },
  brokers: readonly string[],
): { tls: ConnectionOptions; tlsServerName: boolean } {
  const hosts = brokers.map((broker) => broker.replace(/:\d+$/, "").replace(/^\[|\]$/g, ""))
  return {
    tls: { rejectUnauthorized: tls.verify, secureContext: trustedContext(tls.certificates) },
    // A name to be sent along with the handshake; addresses have none.
    tlsServerName: hosts.every((host) => isIP(host) === 0),
  }
}
