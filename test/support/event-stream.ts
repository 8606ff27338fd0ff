// Server-sent events as a browser takes them.
import { onTestFinished } from "vitest"

export interface SentEvent {
  id: string
  event: string
  data: Record<string, unknown>
}

export interface EventStream {
  /** All so far. */
  events: SentEvent[]
  /** The first that fits, of those that came or are to come; throws after ten seconds. */
  next(fits: (event: SentEvent) => boolean): Promise<SentEvent>
  /** Resolves when the server has ended it. */
  ended: Promise<void>
  close(): void
}

export async function openEventStream(url: string, headers: Record<string, string>): Promise<EventStream> {
  const over = new AbortController()
  onTestFinished(() => over.abort())
  const response = await fetch(url, { headers, signal: over.signal })
  if (response.status !== 200) throw new Error(`${url}: ${response.status} ${await response.text()}`)
  const events: SentEvent[] = []
  const waiting = new Set<() => void>()
  const ended = readAll(response, (event) => {
    events.push(event)
    for (const look of waiting) look()
  }).catch(() => undefined) // closed by whoever opened it
  return {
    events,
    ended,
    close: () => over.abort(),
    next: (fits) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(look)
          reject(new Error(`no such event; there were ${JSON.stringify(events).slice(0, 2_000)}`))
        }, 10_000)
        const look = () => {
          const found = events.find(fits)
          if (!found) return
          clearTimeout(timer)
          waiting.delete(look)
          resolve(found)
        }
        waiting.add(look)
        look()
      }),
  }
}

async function readAll(response: Response, take: (event: SentEvent) => void): Promise<void> {
  let text = ""
  const decoder = new TextDecoder()
  for await (const part of response.body ?? []) {
    text += decoder.decode(part, { stream: true })
    const blocks = text.split("\n\n")
    text = blocks.pop() ?? ""
    for (const block of blocks) {
      const fields = new Map(
        block.split("\n").map((line): [string, string] => {
          const at = line.indexOf(": ")
          return [line.slice(0, at), line.slice(at + 2)]
        }),
      )
      const data = fields.get("data")
      if (data === undefined) continue
      take({ id: fields.get("id") ?? "", event: fields.get("event") ?? "message", data: JSON.parse(data) })
    }
  }
}
