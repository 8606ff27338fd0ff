// Somebody who receives webhooks, for tests of who sends them.
import { once } from "node:events"
import { createServer, type IncomingHttpHeaders } from "node:http"
import type { AddressInfo } from "node:net"
import { onTestFinished } from "vitest"
import type { JsonObject } from "../../src/common/json.ts"

export interface Received {
  headers: IncomingHttpHeaders
  /** The bytes as they came. */
  bytes: Buffer
  body: JsonObject
}

export interface Receiver {
  url: string
  received: Received[]
  /** What to answer, from now on; undefined: nothing, ever. */
  answer: { status: number; headers?: Record<string, string>; text?: string } | undefined
}

export async function useReceiver(): Promise<Receiver> {
  const receiver: Receiver = { url: "", received: [], answer: { status: 200, text: '{"status":"ok"}' } }
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const bytes = Buffer.concat(chunks)
    receiver.received.push({ headers: request.headers, bytes, body: JSON.parse(bytes.toString()) })
    const { answer } = receiver
    if (answer) response.writeHead(answer.status, answer.headers).end(answer.text ?? "")
  })
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}` // it listens on TCP
  return receiver
}
