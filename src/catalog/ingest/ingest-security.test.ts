import { describe, expect, it } from "vitest"
import { engines } from "../../../test/support/engines.ts"
import { hmac, post, startHooks } from "../../../test/support/webhooks.ts"
import { systemClock } from "../../common/sleep.ts"

const sha256 = { secret: "s3cret", signatureHeaderName: "X-Signature", signatureAlgorithm: "sha256" }
const mapping = {
  blueprint: "thing",
  entity: { identifier: ".body.id", title: ".body.name", properties: { a: ".body.a" } },
}

describe.each(engines)("the security of a webhook data source on %s", (engine) => {
  it("are checked over their bytes: what is not signed, or wrongly, is refused and changes nothing", async () => {
    const { create, blueprint, entity, lastEvent, events } = await startHooks(engine)
    await blueprint("thing", ["a"])
    const url = await create({ identifier: "hook", security: sha256, mappings: [mapping] })
    const body = '{ "id": "é", "name" : "Grüße" }'
    for (const headers of [
      {},
      { "x-signature": hmac("other", body) },
      { "x-signature": hmac("s3cret", `${body} `) },
      { "x-signature": "" },
    ]) {
      expect(await post(url, body, headers)).toEqual({ status: 202, body: { ok: true } })
      expect(await lastEvent("hook")).toMatchObject({ status: "refused", signature: "refused", mappings: [] })
    }
    expect(await entity("thing", "é")).toBeUndefined()
    await post(url, body, { "X-SIGNATURE": hmac("s3cret", body) })
    expect(await lastEvent("hook")).toMatchObject({ status: "done", signature: "verified" })
    expect(await entity("thing", "é")).toMatchObject({ title: "Grüße" })
    expect((await events("hook", "?status=refused&limit=2")).map(({ status }) => status)).toEqual([
      "refused",
      "refused",
    ])
  })

  it("may be signed by sha1, with a prefix, or by the secret itself, which is not shown", async () => {
    const { create, blueprint, lastEvent } = await startHooks(engine)
    await blueprint("thing", ["a"])
    const body = '{"id":"1"}'
    const sha1 = await create({
      identifier: "sha1",
      security: { ...sha256, signatureAlgorithm: "sha1", signaturePrefix: "sha1=" },
      mappings: [mapping],
    })
    await post(sha1, body, { "x-signature": `sha1=${hmac("s3cret", body, "sha1")}` })
    expect(await lastEvent("sha1")).toMatchObject({ status: "done", signature: "verified" })
    const plain = await create({ identifier: "plain", security: { ...sha256, signatureAlgorithm: "plain" } })
    await post(plain, body, { "x-signature": "s3cret", authorization: "Bearer abc", "x-kind": "a" })
    expect(await lastEvent("plain")).toMatchObject({
      status: "done",
      signature: "verified",
      headers: { "x-signature": "[REDACTED]", authorization: "[REDACTED]", "x-kind": "a" },
    })
    await post(plain, body, { "x-signature": "s3cre" })
    expect(await lastEvent("plain")).toMatchObject({ status: "refused" })
  })

  it("pass unchecked, and say so, while everything but the secret is set", async () => {
    const { create, lastEvent } = await startHooks(engine)
    const url = await create({ identifier: "hook", security: { ...sha256, secret: null } })
    await post(url, "{}")
    expect(await lastEvent("hook")).toMatchObject({ status: "done", signature: "no-secret" })
  })

  it("of a request id that was done are not done again for a day; those that failed may be sent again", async () => {
    let now = Date.parse("2026-03-10T12:00:00.000Z")
    const clock = { now: () => now, sleep: systemClock.sleep }
    const { create, blueprint, lastEvent } = await startHooks(engine, { clock })
    const url = await create({
      identifier: "hook",
      security: { requestIdentifierPath: '.headers."request-id"' },
      mappings: [mapping],
    })
    const sent = async (id?: string) => {
      await post(url, { id: "1" }, id === undefined ? {} : { "request-id": id })
      return (await lastEvent("hook")).status
    }
    expect(await sent("a"), "its blueprint does not exist").toBe("failed")
    await blueprint("thing", ["a"])
    expect([await sent("a"), await sent("a"), await sent("b")]).toEqual(["done", "duplicate", "done"])
    expect([await sent(), await sent()], "an event without an id is its own").toEqual(["done", "done"])
    now += 25 * 60 * 60 * 1000
    expect(await sent("a")).toBe("done")
  })
})
