// Settings of the integration: which Sentry organization is read, and under which name Port knows the integration.
import { z } from "zod"
import { choice, flag, formed, integer, minutes, span, text, url } from "./setting.ts"

export const integrationSettings = {
  integration: z
    .object({
      identifier: text(
        "Name of this integration in Port, kept as written. Without one: `my-<type>-integration`. " +
          "Two running processes must not share one.",
      ).default("my-sentry-integration"),
      type: formed("Type of the integration in Port.", "text, lower-cased", (word) => ({
        ok: true,
        value: word.toLowerCase(),
      })).default("sentry"),
      config: z
        .object({
          sentryToken: text(
            "Sentry authentication token, with at least the scopes `event:read`, `project:read`, `org:read`, " +
              "`team:read` and `member:read`.",
            { secret: "value" },
          ).optional(),
          sentryHost: url("The Sentry server: `https://sentry.io`, a region's host, or your own.").default(
            "https://sentry.io",
          ),
          sentryOrganization: text("Slug of the Sentry organization.").optional(),
          sentryWebhookSecret: text(
            "Client secret of the Sentry integration that sends the webhooks. With it signatures are checked; without it an " +
              "event is only a hint to look.",
            { secret: "value" },
          ).optional(),
          appHost: url("Older name of `baseUrl`.").optional(),
        })
        .prefault({}),
      incrementalSyncEnabled: flag(
        "Read only issues with an event since the last completed run, and delete nothing: with `ONCE` instead of a full resync, " +
          "in a running process between full ones.",
      ).default(false),
      incrementalSyncInterval: minutes(
        "Minutes between incremental reads of a running process, where `incrementalSyncEnabled` is true.",
      ).default(15),
    })
    .prefault({}),
}

export const sentryReadingSettings = {
  sentryConcurrency: integer(
    "Requests to Sentry at the same time, at most. Sentry's own limits lower it further.",
    { min: 1, max: 100 },
  ).default(10),
  clientTimeout: integer("Seconds until a request to Sentry is given up.", { min: 1 }).default(60),
  tagSource: choice(
    "How the tags of issues are read: `auto` takes the way with the fewest requests that gives the same values, `exact` " +
      "asks for each issue, as the original does. A selector may say otherwise for its resource.",
    ["auto", "exact"],
  ).default("auto"),
  keepResolvedFor: span(
    "How long entities of issues stay that were resolved or archived, after they left the list; their status is " +
      "kept up to date. `0` deletes them at once, as the original does. A selector may say otherwise for its resource.",
  ).default(30 * 86_400_000),
}
