// The webhook routes: keep the bytes, check the signature over them, write the event down, answer. The work comes later.
import { type Context, Hono } from "hono"
import { bodyLimit } from "hono/body-limit"
import { errorText } from "../common/errors.ts"
import type { GroupWrite } from "../common/group-writes.ts"
import { isJsonObject, type JsonObject, parseJson } from "../common/json.ts"
import type { Logger } from "../common/logger.ts"
import type { Clock } from "../common/sleep.ts"
import type { HintBudget } from "./hint-budget.ts"
import type { Delivery, NewEvent, WebhookProtocol } from "./live-event.ts"

export interface ReceiveDeps {
  protocol: WebhookProtocol
  /** Resolves when the event is on disk, or one of its request id was before. */
  append: GroupWrite<NewEvent>
  /** Whether no more events should be taken now; cheap enough to ask for every delivery. */
  isFull(): boolean
  /** For events that anybody might have sent. */
  hints: HintBudget
  /** Whether an event of this key waits to be begun. */
  isWaiting(key: string): Promise<boolean>
  /** Told of each event that was written down. */
  onAppended(): void
  /** Told of each answer, for the metrics. */
  onAnswer?(status: number): void
  maxBytes: number
  /** Where these routes are, `/integration/webhook` among them. */
  paths: readonly string[]
  log: Logger
  clock: Clock
}

export function receiveRoutes(deps: ReceiveDeps): Hono {
  const app = new Hono()
  const limit = bodyLimit({
    maxSize: deps.maxBytes,
    onError: (context) => answer(deps, context, 413, `the body is larger than ${deps.maxBytes} bytes`),
  })
  for (const path of deps.paths) {
    app.post(path, limit, (context) => receive(deps, context))
    app.all(path, (context) => {
      context.header("allow", "POST")
      return context.json({ detail: "Method Not Allowed" }, 405)
    })
  }
  return app
}

async function receive(deps: ReceiveDeps, context: Context): Promise<Response> {
  const bytes = await context.req.arrayBuffer().catch(() => undefined)
  if (!bytes) return answer(deps, context, 400, "the body did not come to its end")
  const delivery: Delivery = {
    path: context.req.path,
    headers: context.req.header(),
    bytes: new Uint8Array(bytes),
    receivedAt: deps.clock.now(),
  }
  const verified = deps.protocol.verify(delivery)
  if (verified === "refused") {
    deps.log.warn({ path: delivery.path }, "Webhook refused: its signature is missing or wrong")
    return answer(deps, context, 401, "the signature is missing or wrong")
  }
  const text = textOf(delivery.bytes)
  const body = text === undefined ? undefined : parseJson(text)
  if (text === undefined || !isJsonObject(body))
    return answer(deps, context, 400, "the body is not a JSON object")
  return write(deps, context, { delivery, text, body, signed: verified === "signed" })
}

async function write(
  deps: ReceiveDeps,
  context: Context,
  { delivery, text, body, signed }: { delivery: Delivery; text: string; body: JsonObject; signed: boolean },
): Promise<Response> {
  const { path, headers, receivedAt } = delivery
  const described = deps.protocol.describe(delivery, body, signed)
  // Anybody can send an unsigned one. The object is read after this in any case where an event of it still waits.
  try {
    if (!signed) {
      if (await deps.isWaiting(described.key)) return ok(deps, context)
      if (!deps.hints.take())
        return busy(deps, context, "too many unsigned events; configure the webhook secret")
    }
    if (deps.isFull()) return busy(deps, context, "the event log is full")
    await deps.append({ ...described, path, headers: keptHeaders(headers), body: text, receivedAt })
  } catch (error) {
    deps.log.error(
      { error: errorText(error) },
      "A webhook could not be written down, so it was not acknowledged",
    )
    return busy(deps, context, "the event could not be written down")
  }
  deps.onAppended()
  return ok(deps, context)
}

function ok(deps: ReceiveDeps, context: Context): Response {
  deps.onAnswer?.(200)
  return context.json({ status: "ok" })
}

function busy(deps: ReceiveDeps, context: Context, message: string): Response {
  context.header("retry-after", "30")
  return answer(deps, context, 503, message)
}

function answer(
  deps: ReceiveDeps,
  context: Context,
  status: 400 | 401 | 413 | 503,
  message: string,
): Response {
  deps.onAnswer?.(status)
  return context.json({ status: "error", message }, status)
}

/** JSON is UTF-8; bytes that are not are no JSON. */
function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes)
  } catch {
    return undefined // the caller says so to the sender
  }
}

/** What a mapping or a person may want to see later; credentials and cookies are neither. */
function keptHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const dropped = /^(authorization|cookie|proxy-authorization|x-api-key)$/
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !dropped.test(name)))
}
