import { describe, expect, it } from "vitest"
import { systemClock } from "../common/sleep.ts"
import { createResyncRequests } from "../listeners/resync-requests.ts"
import { resyncRoute } from "./resync-route.ts"

async function ask(options: { token?: string; authorization?: string; refusal?: string }) {
  const requests = createResyncRequests(systemClock)
  if (options.refusal) requests.refuse(options.refusal)
  let asked = 0
  const route = resyncRoute({ token: options.token, requests: { ...requests, ask: () => asked++ } })
  const headers: Record<string, string> = options.authorization
    ? { authorization: options.authorization }
    : {}
  const answer = await route.request("/resync", { method: "POST", headers })
  return { status: answer.status, body: JSON.stringify(await answer.json()), asked }
}

describe("a person's request for a resync", () => {
  it("is taken with the token of the settings", async () => {
    expect(await ask({ token: "open sesame", authorization: "Bearer open sesame" })).toEqual({
      status: 202,
      body: '{"ok":true,"status":"requested"}',
      asked: 1,
    })
  })

  it("is refused by a sentence where no token is set, whatever was sent", async () => {
    const answer = await ask({ authorization: "Bearer undefined" })
    expect(answer).toMatchObject({ status: 403, asked: 0 })
    expect(answer.body).toContain("OCEAN__RESYNC_TOKEN")
  })

  it.each([undefined, "Bearer wrong", "Bearer open sesame!", "open sesame", "Basic open sesame", "Bearer "])(
    "is refused with the header %j",
    async (authorization) => {
      const answer = await ask({ token: "open sesame", ...(authorization ? { authorization } : {}) })
      expect(answer).toMatchObject({ status: 401, asked: 0 })
    },
  )

  it("is refused where nothing would come of it", async () => {
    const answer = await ask({
      token: "t",
      authorization: "Bearer t",
      refusal: "this process does not resync",
    })
    expect(answer).toMatchObject({ status: 409, asked: 0 })
    expect(answer.body).toContain("this process does not resync")
  })
})
