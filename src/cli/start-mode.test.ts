import { tmpdir } from "node:os"
import { describe, expect, it } from "vitest"
import { InvalidInput } from "../common/errors.ts"
import { readSettings } from "./settings-sources.ts"
import { chooseStart, type StartOptions } from "./start-mode.ts"

const id = { OCEAN__PORT__CLIENT_ID: "id" }
const secret = { OCEAN__PORT__CLIENT_SECRET: "secret" }
const port = { ...id, ...secret }
const portAddress = { OCEAN__PORT__BASE_URL: "https://api.getport.io" }
const token = { OCEAN__INTEGRATION__CONFIG__SENTRY_TOKEN: "token" }
const organization = { OCEAN__INTEGRATION__CONFIG__SENTRY_ORGANIZATION: "acme" }
const host = { OCEAN__INTEGRATION__CONFIG__SENTRY_HOST: "https://sentry.io" }
const webhookSecret = { OCEAN__INTEGRATION__CONFIG__SENTRY_WEBHOOK_SECRET: "hook" }
const sentry = { ...token, ...organization }
const once = { OCEAN__EVENT_LISTENER: '{"type":"ONCE"}' }

/** The mode, or the names of what is wrong. */
function startOf(environment: Record<string, string>, options: StartOptions = {}): string {
  try {
    const { settings } = readSettings({ flags: {}, environment, folder: `${tmpdir()}/no-such-folder` })
    return chooseStart(settings, options).mode
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error
    return error.problems
      .map((problem) => problem.where.replace(/^OCEAN__(INTEGRATION__CONFIG__)?/, ""))
      .join(" ")
  }
}

describe("which way to start", () => {
  it.each<[string, string, Record<string, string>, StartOptions]>([
    // complete
    ["drop-in", "Port and Sentry", { ...port, ...sentry }, {}],
    ["drop-in", "Port and Sentry, once", { ...port, ...sentry, ...once }, {}],
    ["embedded", "Sentry only", sentry, {}],
    ["embedded", "Sentry with host and webhook secret", { ...sentry, ...host, ...webhookSecret }, {}],
    ["demo", "nothing at all", {}, {}],
    ["demo", "only settings that are neither Sentry's nor Port's", { OCEAN__LOG_LEVEL: "debug" }, {}],
    // the embedded catalog by name
    ["embedded", "Port and Sentry, --embedded", { ...port, ...sentry }, { embedded: true }],
    ["embedded", "half of Port and Sentry, --embedded", { ...id, ...sentry }, { embedded: true }],
    ["demo", "nothing, --embedded", {}, { embedded: true }],
    // once without Port
    ["--embedded", "Sentry only, once", sentry, { once: true }],
    ["--embedded", "Sentry only, listener ONCE", { ...sentry, ...once }, {}],
    ["--embedded", "nothing, once", {}, { once: true }],
    ["--embedded", "nothing, listener ONCE", once, {}],
    ["embedded", "Sentry only, once --embedded", sentry, { once: true, embedded: true }],
    ["demo", "nothing, once --embedded", {}, { once: true, embedded: true }],
    // in between
    ["PORT__CLIENT_SECRET", "client id without secret", { ...id, ...sentry }, {}],
    ["PORT__CLIENT_ID", "client secret without id", { ...secret, ...sentry }, {}],
    [
      "PORT__CLIENT_ID PORT__CLIENT_SECRET",
      "Port's address without credentials",
      { ...portAddress, ...sentry },
      {},
    ],
    ["SENTRY_TOKEN SENTRY_ORGANIZATION", "Port without Sentry", port, {}],
    ["SENTRY_TOKEN SENTRY_ORGANIZATION", "Port without Sentry, --embedded", port, { embedded: true }],
    ["SENTRY_TOKEN", "Port and an organization", { ...port, ...organization }, {}],
    ["SENTRY_ORGANIZATION", "a token without organization", token, {}],
    ["SENTRY_ORGANIZATION", "Port and a token without organization", { ...port, ...token }, {}],
    ["SENTRY_TOKEN", "an organization alone", organization, {}],
    ["SENTRY_TOKEN SENTRY_ORGANIZATION", "a host alone, though it is the default one", host, {}],
    ["SENTRY_TOKEN SENTRY_ORGANIZATION", "a webhook secret alone", webhookSecret, {}],
    [
      "PORT__CLIENT_SECRET SENTRY_TOKEN SENTRY_ORGANIZATION",
      "a client id alone: all that is missing",
      id,
      {},
    ],
    // set but empty
    [
      "SENTRY_TOKEN",
      "an empty token",
      { ...port, ...organization, ...token, OCEAN__INTEGRATION__CONFIG__SENTRY_TOKEN: "" },
      {},
    ],
    [
      "PORT__CLIENT_ID PORT__CLIENT_SECRET",
      "empty credentials",
      { OCEAN__PORT__CLIENT_ID: "", OCEAN__PORT__CLIENT_SECRET: "", ...sentry },
      {},
    ],
    ["SENTRY_TOKEN", "nothing but an empty token", { OCEAN__INTEGRATION__CONFIG__SENTRY_TOKEN: "" }, {}],
  ])("%s: %s", (expected, _, environment, options) => {
    expect(startOf(environment, options)).toBe(expected)
  })

  it("hands on what the chosen way needs", () => {
    const { settings } = readSettings({
      flags: {},
      environment: { ...port, ...sentry },
      folder: `${tmpdir()}/no-such-folder`,
    })
    expect(chooseStart(settings)).toEqual({
      mode: "drop-in",
      sentry: { host: "https://sentry.io", token: "token", organization: "acme" },
      port: { clientId: "id", clientSecret: "secret", baseUrl: "https://api.getport.io" },
    })
  })
})
