// What the form of an installation sends: all of a new one, and of a known one what was changed alone.
import { describe, expect, it } from "vitest"
import type { HostAbout, Installation } from "../../web/api/installations.ts"
import { fieldsOf, missingIn, newFields, orderOf } from "../../web/hosted/installation-order.ts"
import { spanText } from "../../web/hosted/span-text.ts"

const about: HostAbout = {
  version: "1",
  baseUrl: null,
  port: { baseUrl: "https://api.example", hasCredentials: true },
  presets: [],
  mostInstallations: 5,
}
const known = {
  id: "acme",
  identifier: "sentry-acme",
  sentry: { host: "https://sentry.io", organization: "acme" },
  port: { clientId: "id" },
  target: { url: "https://api.example", credentials: "own" },
  interval: "5400s",
  timeout: "5400s",
  memoryMb: 512,
  sendRawDataExamples: true,
  secrets: ["sentry.token", "port.clientSecret"],
} as unknown as Installation // what a form reads of it

describe("the form of an installation", () => {
  it("sends a new one without what is left empty, and without Port where the host's credentials do", () => {
    const fields = { ...newFields(about), organization: " acme ", timeout: " " }
    expect(orderOf(fields, { "sentry.token": "t", "port.clientSecret": "typed before" })).toEqual({
      sentry: { organization: "acme", host: "https://sentry.io", token: "t" },
      interval: "1h",
      memoryMb: 512,
      sendRawDataExamples: true,
    })
  })

  it("sends of a known one what was changed; what is emptied goes, and a secret that nobody typed stays", () => {
    const begun = fieldsOf(known)
    expect(orderOf(begun, {}, begun)).toEqual({})
    expect(orderOf(begun, { "sentry.token": "", "sentry.webhookSecret": undefined }, begun)).toEqual({})
    const changed = { ...begun, interval: "2h", identifier: "" }
    expect(orderOf(changed, { "sentry.webhookSecret": null }, begun)).toEqual({
      interval: "2h",
      identifier: null,
      sentry: { webhookSecret: null },
    })
  })

  it("takes its own Port away as a whole, and sends one as a whole where it had the host's", () => {
    const own = fieldsOf(known)
    const ofHost = { ...own, port: "host" as const }
    expect(orderOf(ofHost, { "port.clientSecret": "x" }, own)).toEqual({ port: null })
    expect(orderOf(own, { "port.clientSecret": "x" }, ofHost)).toEqual({
      port: { baseUrl: "https://api.example", clientId: "id", clientSecret: "x" },
    })
  })

  it("says what is needed before anybody is asked", () => {
    const fields = { ...newFields(about), port: "own" as const }
    const places = (isThere: boolean) =>
      Object.keys(missingIn(fields, { name: "", secrets: {}, isThere: () => isThere }))
    expect(places(false)).toEqual([
      "id",
      "sentry.organization",
      "sentry.token",
      "port.clientId",
      "port.clientSecret",
    ])
    expect(places(true)).toEqual(["id", "sentry.organization", "port.clientId"])
  })

  it("shows spans as people write them", () => {
    expect(["5400s", "3600s", "86400s", "90s", "0s", "1h"].map(spanText)).toEqual([
      "1h30m",
      "1h",
      "1d",
      "1m30s",
      "0s",
      "1h",
    ])
  })
})
