// Listens to Port's Kafka for requests to resync. A request is committed when its resync is through: one that was
// cut short by a crash or a shutdown comes again.
import type { Logger } from "../common/logger.ts"
import type { Clock } from "../common/sleep.ts"
import type { IntegrationsApi } from "../port/integrations-api.ts"
import type { OrganizationApi } from "../port/organization-api.ts"
import {
  type KafkaMessage,
  type KafkaOptions,
  type KafkaReader,
  kafkaErrorText,
  openKafkaReader,
} from "./kafka-client.ts"
import { type Committer, createCommitter } from "./kafka-committer.ts"
import { readMessage, type TopicKind, topicOf } from "./kafka-messages.ts"
import { createOffsets, type Offsets } from "./kafka-offsets.ts"
import type { OnTrigger } from "./listener.ts"
import { resyncIfNever } from "./resync-if-never.ts"

export interface KafkaSettings {
  brokers: readonly string[]
  securityProtocol: "SASL_SSL" | "SSL" | "SASL_PLAINTEXT" | "PLAINTEXT"
  authenticationMechanism: "SCRAM-SHA-512" | "SCRAM-SHA-256" | "PLAIN"
  kafkaSecurityEnabled: boolean
  consumerPollTimeout: number
}

export interface KafkaDeps {
  settings: KafkaSettings
  port: { integration: Pick<IntegrationsApi, "get" | "resyncRequest">; organization: OrganizationApi }
  integration: { type: string; identifier: string }
  onTrigger: OnTrigger
  tls: { verify: boolean; certificates: () => readonly string[] }
  log: Logger
  clock: Clock
  /** Milliseconds; as Kafka's own clients have it by default. */
  sessionMs?: number
}

const firstWaitMs = 1_000
const longestWaitMs = 60_000
/** How long a broker that hangs may delay the way out. */
const leaveMs = 5_000

/** Throws at the start when Port gives no credentials; later failures are told, and tried again with growing waits. */
export async function listenToKafka(deps: KafkaDeps, signal: AbortSignal): Promise<void> {
  const { log, clock } = deps
  const offsets = createOffsets()
  const committer = createCommitter({ offsets, log, clock })
  let source: Source | undefined = await findSource(deps, signal)
  let waitMs = firstWaitMs
  let wasAssigned = false
  while (!signal.aborted) {
    let reader: KafkaReader | undefined
    try {
      source ??= await findSource(deps, signal)
      reader = await openKafkaReader(source.options, signal)
      if (!wasAssigned && !reader.owns()) return tellOfTheOther(deps, source)
      log.info({ topic: source.options.topic, group: source.options.groupId }, "Listening to Kafka")
      if (!wasAssigned) await resyncIfNever(deps, signal)
      wasAssigned = true
      waitMs = firstWaitMs
      await readAll({ ...deps, source, reader, offsets, committer })
    } catch (error) {
      if (signal.aborted) return
      log.warn({ error: kafkaErrorText(error), waitSeconds: waitMs / 1_000 }, "Kafka is lost; tried again")
    } finally {
      await leave(reader, committer, clock)
    }
    await clock.sleep(waitMs, signal).catch(() => undefined)
    waitMs = Math.min(longestWaitMs, waitMs * 2)
    source = undefined // credentials may have changed meanwhile
  }
}

/** Where and how to listen. */
interface Source {
  options: KafkaOptions
  kind: TopicKind
}

async function findSource(deps: KafkaDeps, signal: AbortSignal): Promise<Source> {
  const { settings, port, integration } = deps
  const protocol = settings.kafkaSecurityEnabled ? settings.securityProtocol : "PLAINTEXT"
  const mechanism = settings.authenticationMechanism
  const sasl = protocol.startsWith("SASL_")
    ? { mechanism, ...(await port.organization.kafkaCredentials(signal)) }
    : undefined
  const organization = await port.organization.get(signal)
  const { topic, kind } = topicOf(organization)
  const name = `${organization.id}.${integration.type}.${integration.identifier}`
  return {
    kind,
    options: {
      brokers: settings.brokers,
      clientId: name,
      groupId: settings.kafkaSecurityEnabled ? name : "no-security",
      topic,
      sasl: sasl && { mechanism, username: sasl.username, password: sasl.password },
      tls: protocol.endsWith("SSL")
        ? { verify: deps.tls.verify, certificates: deps.tls.certificates() }
        : undefined,
      pollMs: settings.consumerPollTimeout * 1_000,
      sessionMs: deps.sessionMs ?? 45_000,
    },
  }
}

function tellOfTheOther({ log, integration }: KafkaDeps, { options }: Source): void {
  log.error(
    { group: options.groupId, topic: options.topic },
    `Another instance of the integration "${integration.identifier}" listens already, so this one ends. ` +
      "Give it an identifier of its own, or stop the other",
  )
}

interface Reading extends KafkaDeps {
  source: Source
  reader: KafkaReader
  offsets: Offsets
  committer: Committer
}

/** Until the signal fires or the connection is lost. Reading never waits for a resync, so the group is not lost. */
async function readAll(deps: Reading): Promise<void> {
  const { reader, offsets, committer, onTrigger } = deps
  committer.use(reader)
  for await (const message of reader.messages) {
    if (!offsets.accept(message)) continue
    if (asksForResync(message, deps)) {
      offsets.open(message)
      void onTrigger("request").then((answer) => {
        if (answer === "answered") offsets.close(message)
        committer.flush()
      })
    }
    committer.flush()
  }
}

function asksForResync(message: KafkaMessage, { source, integration, log }: Reading): boolean {
  const { identifier } = integration
  const meaning = readMessage(message.text, { kind: source.kind, identifier })
  if (meaning === "malformed") {
    const { topic, partition, offset } = message
    log.warn(
      { topic, partition, offset: offset.toString() },
      "A Kafka message that is no JSON object: skipped",
    )
  }
  return meaning === "resync"
}

/** Commits what is through and leaves the group, so that whoever comes next need not wait for our time to run out. */
async function leave(reader: KafkaReader | undefined, committer: Committer, clock: Clock): Promise<void> {
  if (!reader) return
  const left = committer
    .finish()
    .then(() => reader.close())
    .catch(() => undefined) // then the group finds out by itself
  committer.use(undefined)
  await Promise.race([left, clock.sleep(leaveMs)])
}
