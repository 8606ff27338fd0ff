// The log of the process: to standard output, and to Port once it is known where Port takes it.
import { randomUUID } from "node:crypto"
import { hostname } from "node:os"
import { withLogFields } from "../common/log-context.ts"
import { createLogShipper } from "../common/log-shipper.ts"
import { createLogger, type Logger, type LogLine } from "../common/logger.ts"
import type { Metrics } from "../common/metrics.ts"
import type { PortClient } from "../port/client.ts"
import { portLogRecord } from "../port/log-record.ts"
import { mayPassLater, portStatus } from "../port/request.ts"
import type { Settings } from "./settings.ts"

export interface Logs {
  log: Logger
  /** From now on lines go there too, those so far included. */
  shipTo(port: ShippingPort): void
  /** Ships what is left, for a few seconds at most. */
  close(): Promise<void>
}

type ShippingPort = Pick<PortClient, "ingest"> & {
  integration: Pick<PortClient["integration"], "ingestAddresses">
}

const closingMs = 3_000

export function openLogs(deps: {
  settings: Pick<Settings, "application" | "given" | "logFormat" | "logLevel">
  secrets: readonly string[]
  metrics: Metrics
  /** Standard output is a terminal, on which the table and the progress lines tell the story. */
  terminal: boolean
  write?: (line: string) => void
}): Logs {
  const { settings } = deps
  let port: ShippingPort | undefined
  const place = { hostname: hostname(), instance: randomUUID() }

  const shipper = settings.application.enableHttpLogging
    ? createLogShipper({
        async send(lines, signal) {
          const addresses = port?.integration.ingestAddresses()
          if (!port || !addresses) return "not yet"
          if (addresses.logs === undefined) return "nowhere"
          try {
            const records = lines.map((line) => portLogRecord(line, place))
            await port.ingest.sendLogs(addresses.logs, records, signal)
            return "taken"
          } catch (error) {
            // A token that ended is renewed for the next try.
            if (mayPassLater(error) || portStatus(error) === 401) throw error
            return "refused"
          }
        },
        onTrouble: (fields, message) => withLogFields({ local: true }, () => log.warn(fields, message)),
        onDropped: (count) => deps.metrics.add("ocean_sentry_log_lines_dropped_total", {}, count),
      })
    : undefined
  const quiet = deps.terminal && !settings.given.has("logLevel")
  const shows = quiet ? isNews : settings.logFormat === "text" ? isNotReported : undefined
  const log = createLogger({
    level: settings.logLevel,
    ...(shows ? { shows } : {}),
    format: settings.logFormat,
    secrets: deps.secrets,
    color: deps.terminal,
    ...(shipper ? { also: shipper.offer } : {}),
    ...(deps.write ? { write: deps.write } : {}),
  })
  return {
    log,
    shipTo(known) {
      port = known
    },
    close: async () => await shipper?.close(closingMs),
  }
}

/** What a person at a terminal would not learn from the report at the end. */
function isNews({ level, inReport }: LogLine): boolean {
  return !inReport && level !== "debug" && level !== "info"
}

/** The report stands among the text lines; what it says anyway need not stand there twice, unless it is a trouble. */
function isNotReported({ level, inReport }: LogLine): boolean {
  return !(inReport && level === "info")
}
