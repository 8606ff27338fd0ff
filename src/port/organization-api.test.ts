import { describe, expect, it } from "vitest"
import type { JsonObject } from "../common/json.ts"
import { organizationApi } from "./organization-api.ts"
import { PortError } from "./request.ts"

const answering = (answer: JsonObject) => organizationApi(async () => answer)

describe("the organization", () => {
  it.each<[string, JsonObject]>([
    ["missing", {}],
    ["null", { featureFlags: null }],
    ["no list", { featureFlags: "ALL" }],
    ["a list of something else", { featureFlags: [1] }],
  ])("has no flags where they are %s: they decide less than whether the program runs", async (_, part) => {
    const organization = await answering({ ok: true, organization: { id: "org_1", ...part } }).get()
    expect(organization).toMatchObject({ id: "org_1", featureFlags: [] })
  })
})

describe("Kafka credentials", () => {
  it("are a user and a password", async () => {
    const credentials = { username: "u", password: "p" }
    expect(await answering({ ok: true, credentials }).kafkaCredentials()).toEqual(credentials)
  })

  it("that Port does not have are told with what to do", async () => {
    const notFound = organizationApi(async () => {
      throw new PortError({ method: "GET", path: "/kafka-credentials" }, 404, "not_found", "none")
    })
    for (const api of [notFound, answering({ ok: true }), answering({ ok: true, credentials: null })]) {
      await expect(api.kafkaCredentials()).rejects.toMatchObject({
        code: "no_kafka",
        hint: expect.stringContaining("POLLING"),
      })
    }
  })
})
