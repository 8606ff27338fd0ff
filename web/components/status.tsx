// How something stands, in a word and a sign; the color only repeats it.
import {
  CheckCircleIcon,
  ClockIcon,
  ExclamationTriangleIcon,
  MinusCircleIcon,
  NoSymbolIcon,
  XCircleIcon,
} from "@heroicons/react/24/solid"
import { Group, Loader, Text } from "@mantine/core"
import type { ComponentType } from "react"
import classes from "./status.module.css"

type Look = readonly [
  text: string,
  tone: "good" | "bad" | "warn" | "quiet" | "busy",
  icon?: ComponentType<{ width?: number }>,
]

const looks: Record<string, Look> = {
  running: ["Running", "busy"],
  completed: ["Completed", "good", CheckCircleIcon],
  failed: ["Failed", "bad", XCircleIcon],
  aborted: ["Cancelled", "quiet", MinusCircleIcon],
  interrupted: ["Interrupted", "bad", XCircleIcon],
  skipped: ["Skipped", "quiet", MinusCircleIcon],
  stopped: ["Stopped", "quiet", MinusCircleIcon],
  crashed: ["Broke down", "bad", XCircleIcon],
  "not started": ["Not started", "bad", XCircleIcon],
  "could not start": ["Could not start", "bad", XCircleIcon],
  "wrong settings": ["Wrong settings", "bad", XCircleIcon],
  "timed out": ["Took too long", "bad", XCircleIcon],
  "out of memory": ["Out of memory", "bad", XCircleIcon],
  on: ["On", "good", CheckCircleIcon],
  "needs you": ["Needs you", "bad", ExclamationTriangleIcon],
  paused: ["Paused", "quiet", MinusCircleIcon],
  pending: ["Waiting", "quiet", ClockIcon],
  syncing: ["Reading", "busy"],
  reading: ["Reading", "busy"],
  complete: ["Complete", "good", CheckCircleIcon],
  denied: ["Denied", "bad", NoSymbolIcon],
  partial: ["Not to its end", "warn", ExclamationTriangleIcon],
  waiting: ["Waiting", "quiet", ClockIcon],
  working: ["Being worked on", "busy"],
  done: ["Done", "good", CheckCircleIcon],
  dead: ["Given up", "bad", XCircleIcon],
  cancelled: ["Cancelled", "quiet", MinusCircleIcon],
  received: ["Received", "quiet", ClockIcon],
  processed: ["Processed", "good", CheckCircleIcon],
  success: ["Done", "good", CheckCircleIcon],
  SUCCESS: ["Done", "good", CheckCircleIcon],
  FAILURE: ["Failed", "bad", XCircleIcon],
}

export function Status({ state, text }: { state: string; text?: string }) {
  const [word, tone, Icon] = looks[state] ?? [state, "quiet"]
  return (
    <Group gap={6} wrap="nowrap" display="inline-flex" data-tone={tone} className={classes.status}>
      {Icon ? <Icon width={17} aria-hidden /> : tone === "busy" && <Loader size={14} aria-hidden />}
      <Text span size="sm" c="var(--mantine-color-text)">
        {text ?? word}
      </Text>
    </Group>
  )
}
