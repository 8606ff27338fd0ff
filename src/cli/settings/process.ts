// Settings of the process itself: its server, live events, logs, TLS, start, and the demo.
import { z } from "zod"
import { choice, flag, formed, integer, text, url } from "./setting.ts"

export const serverSettings = {
  role: choice(
    "What this process does of the whole: `all`; `resync` (starts and makes resyncs); `live` (takes webhooks and works on them); " +
      "`api` (takes webhooks and requests, and leaves the work to others). All but `all` need PostgreSQL, which the processes share.",
    ["all", "resync", "live", "api"],
    { flag: "--role" },
  ).default("all"),
  server: z
    .object({
      port: integer(
        "The one port of all routes and pages.",
        { min: 0, max: 65_535 },
        {
          aliases: ["application.port"],
          flag: "--port",
        },
      ).default(8_000),
      host: text(
        "Address to listen on; loopback (127.0.0.1) when unset, so that nobody else gets in unasked. The image sets `::`, which is every address of both families.",
        {
          flag: "--host",
          emptyIsUnset: true,
        },
      ).optional(),
    })
    .prefault({}),
  baseUrl: url(
    "Public address of this process, which Sentry sends its webhooks to. Needed to install and to test them; they are " +
      "received without it too.",
    { emptyIsUnset: true },
  ).optional(),
  pathPrefix: formed(
    "Stands before the routes of health, metrics and `/integration`, and is added to the base URL.",
    "path",
    (path) => ({ ok: true, value: path.replace(/^\/*/, "/").replace(/\/+$/, "") }),
    { emptyIsUnset: true },
  ).optional(),
  pages: z
    .object({
      enabled: flag(
        "Serve the pages, and the API behind them below `/integration`, to people who have signed in by a link of " +
          "`ocean-sentry sign-in`.",
      ).default(true),
    })
    .prefault({}),
  startupTimeoutSeconds: integer(
    "`ONCE`: seconds that the start may take before it is given up (exit code 3). A running process tries on.",
    { min: 1 },
  ).default(120),
  maxWaitSecondsBeforeShutdown: integer("Seconds that work under way may take to end at shutdown.", {
    min: 0,
  }).default(5),
}

export const logSettings = {
  logLevel: choice(
    "Least level that is logged. The original's `DEBUG`, `INFO`, `WARNING`, `ERROR` and `CRITICAL` are the same.",
    ["debug", "info", "warn", "error", "fatal"],
    {
      synonyms: { DEBUG: "debug", INFO: "info", WARNING: "warn", ERROR: "error", CRITICAL: "fatal" },
      aliases: ["application.logLevel"],
      flag: "--log-level",
    },
  ).default("info"),
  logFormat: choice("`text` for people, `json` for machines: one object a line.", ["text", "json"]).default(
    "text",
  ),
}

export const tlsSettings = {
  ssl: z
    .object({
      port: z
        .object({
          verify: flag("Check Port's certificate. False is unsafe, and warned about.").default(true),
          x509: strictChecks(),
        })
        .prefault({}),
      thirdParty: z
        .object({
          verify: flag("Check Sentry's certificate. False is unsafe, and warned about.").default(true),
          x509: strictChecks(),
        })
        .prefault({}),
    })
    .prefault({}),
}

export const demoSettings = {
  demo: z
    .object({
      projects: integer("Projects of the simulated organization.", { min: 1, max: 1_000 }).default(12),
      issuesPerProject: integer("Issues of each of them, at the start.", { min: 0, max: 10_000 }).default(40),
      changesEvery: integer(
        "Seconds between two changes of the organization, each told by a webhook. `0`: none.",
        {
          min: 0,
        },
      ).default(15),
      seed: integer("The same number gives the same organization.", { min: 0 }).default(1),
    })
    .prefault({}),
}

function strictChecks() {
  return z
    .object({
      strict: flag("Check certificates by the strict rules of RFC 5280.", {
        effect: "none",
        why: "Node's rules apply; certificates that only strict checks refuse are accepted",
      }).default(true),
    })
    .prefault({})
}
