// Logs: pino underneath, JSON lines or plain text, and no secret in either.
import { styleText } from "node:util"
import { type DestinationStream, type Logger as PinoLogger, pino } from "pino"
import { currentLogFields } from "./log-context.ts"
import { createMask } from "./mask.ts"

/** The part of a logger the program uses. Messages are constant; what varies is data beside them. */
export type Logger = Pick<PinoLogger, "debug" | "info" | "warn" | "error"> & {
  child(bindings: Record<string, unknown>): Logger
}

type LogLevel = "debug" | "info" | "warn" | "error" | "fatal"

/** A finished line as data, its secrets hidden. */
export interface LogLine {
  level: LogLevel
  /** ISO 8601, UTC. */
  time: string
  message: string
  fields: Record<string, unknown>
  /** Not for any second place: it tells of that place itself. Set by the field of this name. */
  local: boolean
  /** A person is told of it in the report of the run too. Set by the field of this name. */
  inReport: boolean
}

export interface LoggerOptions {
  level: LogLevel
  /** Which lines are written; the others only go to `also`. Default: all. */
  shows?: (line: LogLine) => boolean
  /** `text` for people, `json` for machines: one object per line. */
  format: "text" | "json"
  /** Values that must appear in no log, in whatever field. Empty ones are passed over. */
  secrets: readonly string[]
  /** Where finished lines go, each with its line end. Default: standard output. */
  write?: (line: string) => void
  color?: boolean
  /** A second place that takes every line. It must not log what it does, except with the field `local`. */
  also?: (line: LogLine) => void
}

/** Levels in the words of the original's log, which people search for. */
export const levelNames: Readonly<Record<LogLevel, string>> = {
  debug: "DEBUG",
  info: "INFO",
  warn: "WARNING",
  error: "ERROR",
  fatal: "CRITICAL",
}

export function createLogger(options: LoggerOptions): Logger {
  const { also, shows = () => true } = options
  const mask = createMask(options.secrets)
  const write = options.write ?? ((line: string) => void process.stdout.write(line))
  const destination: DestinationStream = {
    write(text) {
      const masked = mask(text)
      const line = parseLine(masked)
      if (shows(line)) write(options.format === "json" ? masked : textLine(line, options.color ?? false))
      if (!line.local) also?.(line)
    },
  }
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      mixin: currentLogFields,
      // Named keys are masked too, should a value slip in that nobody declared as a secret.
      redact: {
        paths: ["token", "*.token", "authorization", "*.authorization", "headers.authorization"],
        censor: "[REDACTED]",
      },
    },
    destination,
  )
}

/** Logs nothing; for tests and for parts that run without a log. */
export const silentLogger: Logger = pino({ level: "silent" })

function parseLine(json: string): LogLine {
  const { level, time, msg, local, inReport, ...fields } = JSON.parse(json) as Record<string, unknown>
  return {
    level: level as LogLevel, // as pino wrote it
    time: String(time),
    message: String(msg ?? ""),
    fields,
    local: local === true,
    inReport: inReport === true,
  }
}

function textLine({ level, time, message, fields }: LogLine, color: boolean): string {
  const label = levelNames[level].padEnd(8)
  const painted = color ? styleText(levelColor(level), label) : label
  const details = Object.entries(fields).map(
    ([key, value]) => `${key}=${typeof value === "string" ? value : JSON.stringify(value)}`,
  )
  return `${localTime(time)} | ${painted} | ${message}${details.length > 0 ? `  ${details.join(" ")}` : ""}\n`
}

/** As the original writes it, and people read it: on the clock of the machine. */
function localTime(iso: string): string {
  const time = new Date(iso)
  const shifted = new Date(time.getTime() - time.getTimezoneOffset() * 60_000)
  return shifted.toISOString().replace("T", " ").replace("Z", "")
}

function levelColor(level: LogLevel): "red" | "yellow" | "cyan" | "gray" {
  if (level === "error" || level === "fatal") return "red"
  if (level === "warn") return "yellow"
  return level === "info" ? "cyan" : "gray"
}
