// One request and its answer over a connection. undici's `request` rather than its `fetch`: without web streams and
// the objects around them it costs a third, and a run is a thousand requests.
import { promisify } from "node:util"
import { brotliDecompress, gunzip, inflate } from "node:zlib"
import { type Dispatcher, request as sendRequest } from "undici"
import { AppError } from "./errors.ts"

export interface ExchangeRequest {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE"
  url: string
  headers: Record<string, string>
  body: string | Uint8Array | undefined
  signal: AbortSignal | undefined
  /** From sending to the last byte, in milliseconds. */
  timeoutMs: number
  dispatcher: Dispatcher
}

export interface AnswerHeaders {
  /** The value of a header, whatever the case of its name; several of one name are joined by commas. */
  get(name: string): string | null
}

export interface AnswerHead {
  status: number
  headers: AnswerHeaders
}

/** Redirects are answers like others. Rejects where there is no whole answer: cancelled, too late, or broken off. */
export async function exchange(
  { url, timeoutMs, signal, ...request }: ExchangeRequest,
  onHead: (head: AnswerHead) => void,
): Promise<AnswerHead & { text: string; bytes: number }> {
  const end = new AbortController()
  const cancel = () => end.abort(signal?.reason)
  const timer = setTimeout(() => end.abort(tooLate(timeoutMs)), timeoutMs).unref()
  signal?.addEventListener("abort", cancel, { once: true })
  try {
    signal?.throwIfAborted()
    const answer = await sendRequest(url, {
      ...request,
      headers: { accept: "*/*", "accept-encoding": "gzip, deflate, br", ...request.headers },
      body: request.body ?? null,
      signal: end.signal,
    })
    const head = { status: answer.statusCode, headers: headersOf(answer.headers) }
    onHead(head)
    const coding = head.headers.get("content-encoding")
    if (coding === null) {
      const text = await answer.body.text()
      return { ...head, text, bytes: Number(head.headers.get("content-length")) || Buffer.byteLength(text) }
    }
    const packed = await answer.body.bytes()
    const text = new TextDecoder().decode(await unpack(coding, packed))
    return { ...head, text, bytes: packed.byteLength }
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener("abort", cancel)
  }
}

function tooLate(timeoutMs: number): DOMException {
  return new DOMException(`no whole answer within ${timeoutMs / 1_000} s`, "TimeoutError")
}

function headersOf(headers: Record<string, string | string[] | undefined>): AnswerHeaders {
  return {
    get(name) {
      const value = headers[name.toLowerCase()]
      return value === undefined ? null : Array.isArray(value) ? value.join(", ") : value
    },
  }
}

const decoders: Record<string, (bytes: Uint8Array) => Promise<Uint8Array>> = {
  gzip: promisify(gunzip),
  "x-gzip": promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
  identity: async (bytes) => bytes,
}

/** Codings stand in the order in which they were applied. */
async function unpack(codings: string, packed: Uint8Array): Promise<Uint8Array> {
  let bytes = packed
  if (bytes.byteLength === 0) return bytes // an answer without a body may name a coding all the same
  for (const coding of codings.toLowerCase().split(",").reverse()) {
    const decode = decoders[coding.trim()]
    if (!decode) throw new AppError("unknown_coding", `the answer is coded as "${coding.trim()}"`)
    bytes = await decode(bytes)
  }
  return bytes
}
