// Settings of live events: Sentry's webhooks, and what is looked for between resyncs because no webhook tells of it.
import { z } from "zod"
import { parseKafkaAddress } from "../../live-events/kafka-address.ts"
import { flag, formed, integer, span, text, words } from "./setting.ts"

const redis = "live events come over HTTP and are kept in the database; there is no Redis"
const minute = 60_000
const day = 86_400_000

export const liveEventSettings = {
  maxEventProcessingSeconds: integer(
    "Seconds that a group of live events may take before it is let go and tried again.",
    { min: 1 },
  ).default(90),
  eventWorkersCount: integer(
    "Groups of live events that are worked on at the same time. More bring a single event a little sooner into the catalog, and " +
      "share fewer requests.",
    { min: 1, max: 32 },
  ).default(1),
  eventsDebugLogging: flag("Log each webhook received.", {
    effect: "none",
    why: "`ocean-sentry events list` shows every event received",
  }).default(false),
  liveEvents: z
    .object({
      installWebhooks: flag(
        "Find or create, at the start, the integration in Sentry that sends its events to `baseUrl`. The token must be a " +
          "person's with `org:write`; without it the log says what to do by hand.",
      ).default(false),
      webhookEvents: words("What that integration is told of: `issue`, `comment`, `error`.").default([
        "issue",
        "comment",
      ]),
      timestampTolerance: span(
        "How far `Sentry-Hook-Timestamp`, which is not signed, may be off. Further away an event is only a hint to look.",
      ).default(10 * minute),
      maxBodyBytes: integer("Bytes of a webhook's body, at most; more is answered 413.", {
        min: 1_024,
      }).default(2_000_000),
      maxWaiting: integer("Events that may wait to be worked on; more are answered 503.", { min: 1 }).default(
        100_000,
      ),
      kafka: formed(
        "Kafka as the stream between those who take webhooks and those who work on them: `kafka://broker-1:9092,broker-2:9092/topic`; " +
          "`kafka+ssl://user:password@…/topic?mechanism=SCRAM-SHA-512` with encryption and sign-in. Keyed by object; what fails for " +
          "good is copied to `<topic>.dead`. Unset: events go into the database at once.",
        "Kafka address",
        (address) =>
          parseKafkaAddress(address)
            ? { ok: true, value: address }
            : {
                ok: false,
                expected:
                  "kafka://host:port,…/topic, or kafka+ssl://…; a % in a user or password is written %25",
              },
        { secret: "password", emptyIsUnset: true },
      ).optional(),
      lease: span(
        "How long the events that a process worked on are left alone when it is gone; a process that lives renews its hold.",
      ).default(15_000),
      unsignedPerMinute: integer(
        "Events without a checked signature that are looked at in a minute, where no secret is set.",
        { min: 0 },
      ).default(60),
      maxTries: integer("Tries after which an event that fails by itself is a dead letter.", {
        min: 1,
      }).default(5),
      keepEventsFor: span("How long events that are done stay in the event log.").default(3 * day),
      keepDeadFor: span("How long dead letters stay there.").default(30 * day),
      keepEntitiesFor: span(
        "How long entities stay that events alone gave (kinds comment, event-alert, metric-alert, error), after their last event.",
      ).default(90 * day),
      issueCheckInterval: span(
        "How often all known issues are asked for by id, a hundred in a request, to find those that were deleted, merged or " +
          "unassigned, of which Sentry sends no event. `0`: never.",
      ).default(15 * minute),
      structureCheckInterval: span(
        "How often users, teams, projects and project tags are read again between resyncs. `0`: never.",
      ).default(30 * minute),
      payloadLoggingEnabled: flag("Log payloads of live events.", {
        effect: "none",
        why: "`ocean-sentry events show` shows them",
      }).default(false),
      isRedisStreamConsumerEnabled: flag("Take live events from a Redis stream.", {
        effect: "none",
        why: redis,
      }).default(false),
      redis: z
        .object({
          url: text("Address of the Redis server.", {
            secret: "password",
            effect: "none",
            why: redis,
          }).optional(),
          host: text("Host of the Redis server.", { effect: "none", why: redis }).optional(),
          port: integer(
            "Port of the Redis server.",
            { min: 1, max: 65_535 },
            { effect: "none", why: redis },
          ).optional(),
          username: text("User name at the Redis server.", { effect: "none", why: redis }).optional(),
          password: text("Password at the Redis server.", {
            secret: "value",
            effect: "none",
            why: redis,
          }).optional(),
          key: text("Key of the stream.", { secret: "value", effect: "none", why: redis }).optional(),
        })
        .prefault({}),
    })
    .prefault({}),
}
