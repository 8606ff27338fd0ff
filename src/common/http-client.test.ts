import { createServer, type Server, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { createHttpClient, NoAnswer } from "./http-client.ts"
import { createDispatcher } from "./http-dispatcher.ts"
import { type RetryPolicy, retryDelay, waitAsked } from "./http-retry.ts"
import { silentLogger } from "./logger.ts"

const policy: RetryPolicy = {
  retries: 2,
  baseMs: 100,
  capMs: 5_000,
  statuses: new Set([429, 503]),
  waitHeaders: ["retry-after", "x-reset"],
}
const dispatcher = createDispatcher({ connections: 4, verifyTls: true, extraCertificates: [], proxy: {} })

describe("waitAsked", () => {
  const now = Date.parse("2026-11-20T10:00:00Z")
  it.each([
    [{ "retry-after": "3" }, 3_000],
    [{ "x-reset": String(now / 1_000 + 7) }, 7_000],
    [{ "x-reset": String(now / 1_000 - 60) }, 0],
    [{ "retry-after": "Fri, 20 Nov 2026 10:00:05 GMT" }, 5_000],
    [{ "retry-after": "soon", "x-reset": "4" }, 4_000],
    [{}, undefined],
  ])("reads %j as %s ms", (headers, expected) => {
    expect(waitAsked(new Headers(headers as Record<string, string>), policy.waitHeaders, now)).toBe(expected)
  })
})

describe("retryDelay", () => {
  it("doubles with each try and never passes the cap", () => {
    const none = { status: undefined, headers: undefined }
    expect(retryDelay(policy, none, 1, 0, 0.5)).toBe(100)
    expect(retryDelay(policy, none, 2, 0, 0.5)).toBe(200)
    expect(retryDelay({ ...policy, retries: 20 }, none, 12, 0, 0.5)).toBe(5_000)
  })

  it("gives up after the last retry and on statuses that are final", () => {
    expect(retryDelay(policy, { status: 503, headers: new Headers() }, 3, 0, 0.5)).toBeUndefined()
    expect(retryDelay(policy, { status: 422, headers: new Headers() }, 1, 0, 0.5)).toBeUndefined()
  })
})

describe("an HTTP client", () => {
  let server: Server
  let url: string
  let answers: ((response: import("node:http").ServerResponse) => void)[] = []
  const bodies: string[] = []
  const slept: number[] = []
  const send = createHttpClient({
    peer: "test",
    dispatcher,
    retry: policy,
    timeoutMs: 200,
    log: silentLogger,
    clock: { now: () => Date.now(), sleep: async (ms) => void slept.push(ms) },
  })

  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = ""
      request.on("data", (chunk) => {
        body += chunk
      })
      request.on("end", () => {
        bodies.push(body)
        const answer = answers.shift() ?? ((last) => last.end("ok"))
        answer(response)
      })
    })
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/path`
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })
  beforeEach(() => {
    answers = []
    bodies.length = 0
    slept.length = 0
  })

  it("tries again after statuses of the policy, waiting as the answer asks", async () => {
    answers = [(response) => response.writeHead(503, { "retry-after": "2" }).end()]
    const answer = await send({ method: "GET", url })
    expect(answer).toMatchObject({ status: 200, text: "ok" })
    expect(slept).toEqual([2_000])
  })

  it("tries again when the connection breaks in the middle of the body", async () => {
    answers = [
      (response) => response.writeHead(200, { "content-length": "100" }).write("half") && response.destroy(),
    ]
    expect((await send({ method: "GET", url })).text).toBe("ok")
    expect(slept).toHaveLength(1)
  })

  it("never repeats a request that may have had an effect", async () => {
    answers = [(response) => response.destroy()]
    await expect(send({ method: "POST", url, body: { a: 1 } })).rejects.toThrow(NoAnswer)
    expect(bodies).toEqual(['{"a":1}'])
  })

  it("repeats a refused one, since that had none", async () => {
    answers = [(response) => response.writeHead(429).end()]
    expect((await send({ method: "POST", url, body: 1 })).status).toBe(200)
    expect(bodies).toHaveLength(2)
  })

  it("says who could not be reached when nobody answers in time", async () => {
    answers = [() => undefined, () => undefined, () => undefined]
    await expect(send({ method: "GET", url: `${url}?secret=1` })).rejects.toThrow(`GET ${url}: no answer`)
    expect(slept).toHaveLength(2)
  })

  it.each([
    ["gzip", gzipSync],
    ["br", brotliCompressSync],
    ["deflate", deflateSync],
  ])("unpacks an answer that is coded as %s", async (coding, pack) => {
    answers = [(response) => response.writeHead(200, { "content-encoding": coding }).end(pack("grüße"))]
    expect(await send({ method: "GET", url })).toMatchObject({ status: 200, text: "grüße" })
  })

  it("takes a coded answer without a body for an empty one", async () => {
    answers = [(response) => response.writeHead(200, { "content-encoding": "gzip" }).end()]
    expect((await send({ method: "GET", url })).text).toBe("")
  })

  it("says so where an answer is coded in a way that it does not know", async () => {
    answers = Array.from({ length: 3 }, () => (response: ServerResponse) => {
      response.writeHead(200, { "content-encoding": "zstd" }).end("?")
    })
    await expect(send({ method: "GET", url })).rejects.toMatchObject({ cause: { code: "unknown_coding" } })
  })

  it("gives headers by their names in any case, several of one name together", async () => {
    answers = [(response) => response.writeHead(200, { Link: ["<a>", "<b>"] }).end()]
    const { headers } = await send({ method: "GET", url })
    expect([headers.get("LINK"), headers.get("absent")]).toEqual(["<a>, <b>", null])
  })

  it("hands on a final answer whatever its status", async () => {
    answers = [(response) => response.writeHead(404).end("nothing here")]
    expect(await send({ method: "GET", url })).toMatchObject({ status: 404, text: "nothing here" })
  })

  it("ends at once when the work is cancelled", async () => {
    const cancel = new AbortController()
    answers = [() => cancel.abort()]
    await expect(send({ method: "GET", url, signal: cancel.signal })).rejects.toThrow("aborted")
    expect(slept).toEqual([])
  })
})
