// From the inbox to the process of an installation: an acknowledged event leaves the inbox when the process has it.
import type { HttpClient } from "../common/http-client.ts"
import type { Logger } from "../common/logger.ts"
import type { Clock } from "../common/sleep.ts"
import type { HostedEvent, Inbox } from "./inbox.ts"
import type { Installation } from "./installation.ts"

export interface HandOverDeps {
  inbox: Pick<Inbox, "take" | "done" | "later">
  http: HttpClient
  /** What the sender would send as its signature of the bytes. */
  sign(bytes: Uint8Array, secret: string): string
  log: Logger
  clock: Clock
}

interface Receiver {
  /** The process's, which was started with this installation. */
  url: string
  signal: AbortSignal
}

const eventsAtOnce = 50
const longestWaitMs = 300_000

/** Whether there was anything. What the process did not take comes again later and later. */
export async function handOver(deps: HandOverDeps, one: Installation, to: Receiver): Promise<boolean> {
  const { inbox, log, clock } = deps
  const events = await inbox.take(one.id, eventsAtOnce)
  if (events.length === 0 || to.signal.aborted) return false
  const answers = await Promise.all(events.map((event) => deliver(deps, { one, event }, to)))
  const [done, later]: [number[], HostedEvent[]] = [[], []]
  events.forEach((event, at) => {
    const status = answers[at]
    // No JSON, or too large: no time will make it better. All else is not about this event.
    const isRefused = status === 400 || status === 413
    if (isRefused)
      log.warn({ installation: one.id, status }, "An event was refused by its installation, and dropped")
    if (isRefused || (status !== undefined && status < 400)) done.push(event.id)
    else later.push(event)
  })
  await inbox.done(done)
  for (const event of later)
    await inbox.later([event.id], clock.now() + Math.min(longestWaitMs, 1_000 * 2 ** event.attempts))
  return done.length > 0
}

/** The answer's status; undefined where there was none. */
async function deliver(
  { http, sign }: HandOverDeps,
  { one, event }: { one: Installation; event: HostedEvent },
  { url, signal }: Receiver,
): Promise<number | undefined> {
  const bytes = Buffer.from(event.body, "base64")
  const secret = one.secrets["sentry.webhookSecret"]
  // It was checked when it came, with the secret of that time, which may be another one by now.
  const signed = secret === undefined ? {} : { "sentry-hook-signature": sign(bytes, secret) }
  try {
    const answer = await http({
      method: "POST",
      url: `${url}/integration/webhook`,
      headers: { ...event.headers, ...signed },
      bytes,
      signal,
    })
    return answer.status
  } catch {
    return undefined // it comes again later
  }
}
