// Pure: a log line in the form in which Port takes it and its event log page filters it.
import type { JsonObject } from "../common/json.ts"
import { type LogLine, levelNames } from "../common/logger.ts"

/** `instance` tells apart the processes of one host. */
export function portLogRecord(
  { level, time, message, fields }: LogLine,
  place: { hostname: string; instance: string },
): JsonObject {
  const { run, kind, phase, requestId, ...rest } = fields as JsonObject // a parsed line of JSON
  return {
    message,
    level: levelNames[level],
    timestamp: time.replace("Z", "000Z"), // microseconds are Port's form
    extra: {
      ...place,
      ...(run === undefined ? {} : { event_id: run, event_kind: "resync", event_trigger_type: "machine" }),
      ...(kind === undefined ? {} : { resource_kind: kind, event_resource_kind: kind }),
      ...(phase === undefined ? {} : { etl_phase: phase }),
      ...(requestId === undefined ? {} : { request_id: requestId }),
      ...rest,
    },
  }
}
