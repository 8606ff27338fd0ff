// Settings of what starts a resync, and of how entities are mapped and written.
import { z } from "zod"
import { choice, flag, formed, integer, minutes, type Reading, span, text, url, words } from "./setting.ts"

const publicBroker = (number: number) =>
  `b-${number}-public.publicclusterprod.t9rw6w.c1.kafka.eu-west-1.amazonaws.com:9196`

export const listenerSettings = {
  eventListener: z
    .object({
      type: choice(
        "What starts a resync: `POLLING` (Port is asked), `KAFKA` (Port's Kafka is listened to), `WEBHOOK` (Port calls), " +
          "`ONCE` (one resync, then exit), `WEBHOOKS_ONLY` (nothing does). `ACTIONS_ONLY` is refused: Sentry has no actions.",
        ["POLLING", "KAFKA", "WEBHOOK", "ONCE", "WEBHOOKS_ONLY", "ACTIONS_ONLY"],
        { flag: "--once" },
      ).default("POLLING"),
      interval: integer("`POLLING`: seconds between two questions to Port.", { min: 1 }).default(60),
      resyncOnStart: flag("`POLLING`: resync at every start of the process.").default(true),
      appHost: url("`WEBHOOK`, required there: public address of this process, which Port calls.", {
        secret: "value",
      }).optional(),
      brokers: words("`KAFKA`: the brokers, as host and port.").default([1, 2, 3].map(publicBroker)),
      securityProtocol: choice("`KAFKA`: how the connection is secured.", [
        "SASL_SSL",
        "SSL",
        "SASL_PLAINTEXT",
        "PLAINTEXT",
      ]).default("SASL_SSL"),
      authenticationMechanism: choice("`KAFKA`: how the client signs in.", [
        "SCRAM-SHA-512",
        "SCRAM-SHA-256",
        "PLAIN",
      ]).default("SCRAM-SHA-512"),
      kafkaSecurityEnabled: flag(
        "`KAFKA`: false connects without encryption and sign-in, in the consumer group `no-security`.",
      ).default(true),
      consumerPollTimeout: integer("`KAFKA`: seconds that one poll waits.", { min: 1 }).default(1),
      shouldResync: flag(
        "False: nothing starts a resync. True, under `WEBHOOKS_ONLY`: the timer and `POST /resync` do. By default the type decides.",
      ).optional(),
      shouldProcessWebhooks: flag(
        "False: Sentry's webhooks are not taken. By default every running process takes them.",
      ).optional(),
      shouldRunActions: flag("Switch actions off or on, whatever the type.", {
        effect: "none",
        why: "Sentry has no actions",
      }).optional(),
    })
    .prefault({}),
  scheduledResyncInterval: minutes(
    "Minutes between full resyncs of a running process, the first after so many; none when unset. Skipped while a resync runs.",
  ).optional(),
  resyncToken: text(
    "Whoever knows it may start a resync: `POST /resync` with `Authorization: Bearer …`. Unset: nobody may.",
    { secret: "value", emptyIsUnset: true },
  ).optional(),
}

export const mappingSettings = {
  allowEnvironmentVariablesJqAccess: flag(
    "Let jq in a mapping read the environment variables named in `jqAllowedEnvironment`. False: none at all.",
  ).default(true),
  jqAllowedEnvironment: words(
    "Names of the environment variables that jq (`env`, `$ENV`) may see; none by default. Never `OCEAN__…`.",
  ).default([]),
  jqDeadlineSeconds: integer("Seconds that the mapping of one page may take.", { min: 1 }).default(10),
  jqFastPath: flag(
    "Evaluate simple jq expressions in JavaScript, which gives the same at a tenth of the cost. False: jq evaluates all.",
  ).default(true),
  processInQueueMaxWorkers: integer("Worker threads that run jq; by default as many as there are CPUs.", {
    min: 1,
    max: 64,
  }).optional(),
  processInQueueTimeout: integer(
    "Seconds that the mapping of one item may take.",
    { min: 1 },
    { effect: "none", why: "pages of items are mapped; their limit is `jqDeadlineSeconds`" },
  ).default(120),
  yieldItemsToParseBatchSize: integer(
    "Size of the batches that `itemsToParse` makes.",
    { min: 1 },
    { effect: "none", why: "a page is mapped as a whole, whatever it fans out to" },
  ).default(200),
  sendRawDataExamples: flag(
    "Send up to five raw objects of each resource to Port, for its mapping editor. Secrets in them are masked.",
  ).default(true),
}

export const writingSettings = {
  explain: flag("Tell after each run how Sentry was read: which way, how many requests, and why.", {
    flag: "--explain",
  }).default(false),
  strict: flag("`ONCE`: entities that Port refuses turn the exit code too.", { flag: "--strict" }).default(
    false,
  ),
  upsertEntitiesBatchMaxLength: integer("Entities in one request to Port, at most.", { min: 1 }).default(20),
  upsertEntitiesBatchMaxSizeInBytes: integer("Bytes in one request to Port, at most.", {
    min: 1_024,
  }).default(1_048_576),
  deleteEntitiesMaxBatchSize: integer(
    "Entities deleted in one request to Port, at most. Port takes 100, so more counts as 100.",
    { min: 1 },
  ).default(1_000),
  once: z
    .object({
      exitZeroOnFailure: flag(
        "`ONCE`: exit with 0 even when the resync failed, as the original does.",
      ).default(false),
      skipIsSuccess: flag(
        "`ONCE`: exit with 0 when the run was skipped because another process resyncs the same integration. False: exit with 5.",
      ).default(false),
    })
    .prefault({}),
}

export const storageSettings = {
  resyncLease: span(
    "How long a process that resyncs is believed to be there without a word of it; then another one takes over. It says a word " +
      "three times as often.",
  )
    .min(500, "must be at least 500ms")
    .default(15_000),
  resyncSplit: flag(
    "Several processes on one PostgreSQL make a large resync together, each some projects at a time. False: the one that leads it " +
      "makes it alone.",
  ).default(true),
  database: z
    .object({
      url: formed(
        "What must last is kept here: a path of a SQLite file, or `postgres://…`. Unset: `.ocean-sentry/` in the " +
          "working folder for the embedded catalog, `/tmp/ocean/` in the image, nothing on disk for `ONCE` against Port.",
        "path or URL",
        readDatabase,
        { secret: "password", flag: "--database", emptyIsUnset: true },
      ).optional(),
    })
    .prefault({}),
  keepRunsFor: span("How long the history of runs is kept, where there is a database.").default(
    90 * 86_400_000,
  ),
}

function readDatabase(place: string): Reading {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(place)?.[1]?.toLowerCase()
  if (scheme === undefined || ((scheme === "postgres" || scheme === "postgresql") && URL.canParse(place))) {
    return { ok: true, value: place }
  }
  return { ok: false, expected: "the path of a file, or an address that begins with postgres://" }
}
