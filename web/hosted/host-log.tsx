// What the processes of an installation said last, for whoever looks for why something went wrong.
import { Accordion, Card, Text } from "@mantine/core"
import { useState } from "react"
import { useHostLog } from "../api/installations.ts"
import { Failed } from "../components/states.tsx"
import classes from "./host-log.module.css"

export function HostLog({ id }: { id: string }) {
  const [opened, setOpened] = useState<string | null>(null)
  return (
    <Card withBorder padding={0}>
      <Accordion value={opened} onChange={setOpened}>
        <Accordion.Item value="log">
          <Accordion.Control>Log</Accordion.Control>
          <Accordion.Panel>{opened !== null && <Lines id={id} />}</Accordion.Panel>
        </Accordion.Item>
      </Accordion>
    </Card>
  )
}

function Lines({ id }: { id: string }) {
  const { data, error, refetch } = useHostLog(id, { enabled: true })
  if (!data) return error ? <Failed error={error} retry={refetch} /> : null
  if (data.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        Nothing was said since the host was started.
      </Text>
    )
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: else nobody moves it by the keyboard
    <div className={classes.lines} role="log" aria-label="Log" tabIndex={0}>
      {data.toReversed().map((line, index) => {
        const { level, time, text } = read(line)
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have no names
          <div key={index} data-level={level}>
            {time && <span>{time}</span>} {level && <b>{level}</b>} {text}
          </div>
        )
      })}
    </div>
  )
}

/** Lines are JSON, but for what a process said that broke down. */
function read(line: string): { level?: string; time?: string; text: string } {
  try {
    const { level, time, msg, ...fields } = JSON.parse(line) as Record<string, unknown>
    const more = Object.keys(fields).length > 0 ? ` ${JSON.stringify(fields)}` : ""
    const at = new Date(time as string | number)
    return {
      level: String(level),
      ...(Number.isNaN(at.getTime()) ? {} : { time: at.toLocaleTimeString() }),
      text: `${String(msg ?? "")}${more}`,
    }
  } catch {
    return { text: line }
  }
}
