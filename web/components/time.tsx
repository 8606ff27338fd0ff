// Times: how long ago, and on hover exactly when, in the reader's own zone.
import { Text, type TextProps, Tooltip } from "@mantine/core"
import { useNow } from "../hooks/use-now.ts"
import { timeAgo } from "./time-words.ts"

const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "long" })

export function TimeAgo({ at, ...props }: { at: string } & TextProps) {
  const now = useNow()
  const time = Date.parse(at)
  if (Number.isNaN(time)) return <Text {...props}>{at}</Text>
  return (
    <Tooltip label={exact.format(time)}>
      <Text component="time" inherit {...props} dateTime={at} style={{ whiteSpace: "nowrap" }}>
        {timeAgo(time, now)}
      </Text>
    </Tooltip>
  )
}
